import pytest
from requests_app.models import CaseStatus
from tests import actors

@pytest.mark.django_db
@pytest.mark.parametrize("status", list(CaseStatus))
def test_world(status):
    w = actors.World()
    c = w.case(status)
    from requests_app.timeline import staff_timeline, public_timeline
    from requests_app.matching import suggest
    from requests_app.summary import offer_summary
    print([ (e.what, e.who, e.detail) for e in staff_timeline(c)]); print(public_timeline(c)); print(suggest(c)); print(offer_summary(c))
    from miglobe.mail.models import OutboxMessage
    print([(m.kind, m.subject) for m in OutboxMessage.objects.all()])
