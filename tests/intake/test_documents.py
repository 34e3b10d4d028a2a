"""Documents on the third page: kept at once, listed, removed, sent along; wrong ones get a sentence."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings as portal_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext

from requests_app.intake import drafts
from requests_app.models import Case, Document, RequestDraft
from tests.intake.form_walk import answers, begin, draft_of, fill
from tests.requests_app import files

pytestmark = pytest.mark.django_db
WISHES, CHECK = reverse("intake:wishes"), reverse("intake:check")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings) -> None:
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": default}


@pytest.fixture
def client(client: Client) -> Client:
    begin(client)
    return client


def post(client: Client, *uploads: SimpleUploadedFile, **changes: object):
    data = answers()["wishes"] | changes
    return client.post(WISHES, data | ({"documents": list(uploads)} if uploads else {}))


def names(client: Client) -> list[str]:
    return [document.name for document in draft_of(client).documents.all()]


def notices(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_good_files_are_kept_and_lead_on_to_the_check(client: Client):
    fill(client, answers())
    response = post(client, files.upload(files.pdf()), files.upload(files.jpeg(files.exif()), "Rathaus.jpg"))
    assert response.url == CHECK
    assert names(client) == ["Konzept.pdf", "Rathaus.jpg"]
    html = client.get(CHECK).content.decode()
    assert "Konzept.pdf (PDF, " in html
    assert "Rathaus.jpg (" in html


def test_page_lists_kept_files_with_type_size_and_a_button(client: Client):
    post(client, files.upload(files.pdf(), "<Köln> & mehr.pdf"))
    html = client.get(WISHES).content.decode()
    key = draft_of(client).documents.get().pk
    assert "&lt;Köln&gt; &amp; mehr.pdf" in html
    assert f'name="remove" value="{key}"' in html
    assert 'enctype="multipart/form-data"' in html
    assert html.index('class="app-enter"') < html.index('name="remove"')  # what Enter presses


def test_files_are_kept_when_another_field_is_wrong(client: Client):
    response = post(client, files.upload(files.pdf()), period="x" * 201)
    assert list(response.context["form"].errors) == ["period"]
    assert names(client) == ["Konzept.pdf"]
    assert "Konzept.pdf" in response.content.decode()


def test_wrong_file_gets_its_sentence_twice_and_everything_else_stays(client: Client):
    response = post(
        client,
        files.upload(b"<script>alert(1)</script>", "Konzept <b>.pdf"),
        files.upload(files.png(), "Plan.png"),
        period="Ratssitzung am 5. Mai",
    )
    assert response.status_code == 200
    sentence = gettext(
        "The file “%(name)s” is of a type that we cannot take. "
        "Save it as PDF, DOCX, ODT, XLSX, ODS, JPG or PNG."
    ) % {"name": "Konzept <b>.pdf"}
    html = response.content.decode()
    assert list(response.context["form"].errors["documents"]) == [sentence]
    assert html.count(escape(sentence)) == 2
    assert 'href="#id_documents"' in html
    assert f"<title>{gettext('Error:')} " in html
    assert names(client) == ["Plan.png"]
    assert "Ratssitzung am 5. Mai" in html
    assert draft_of(client).data["wishes"]["period"] == ["Ratssitzung am 5. Mai"]
    assert "documents" not in draft_of(client).data["wishes"]


def test_page_leads_on_once_the_wrong_file_is_left_out(client: Client):
    post(client, files.upload(b"", "leer.pdf"))
    assert post(client).url == CHECK


def test_several_wrong_files_get_a_sentence_each(client: Client):
    uploads = [files.upload(b"", "leer.pdf"), files.upload(b"<svg/>", "bild.svg")]
    assert len(post(client, *uploads).context["form"].errors["documents"]) == 2


def test_sixth_file_is_named_and_five_are_kept(client: Client):
    response = post(client, *(files.upload(files.pdf(str(n)), f"{n}.pdf") for n in range(6)))
    assert names(client) == ["0.pdf", "1.pdf", "2.pdf", "3.pdf", "4.pdf"]
    [sentence] = response.context["form"].errors["documents"]
    assert "5.pdf" in sentence
    again = post(client, files.upload(files.pdf("neu"), "6.pdf"))
    assert "6.pdf" in again.context["form"].errors["documents"][0]
    assert len(names(client)) == 5


def test_file_of_11_megabytes_is_named_and_not_written_to_its_end(client: Client):
    large = files.upload(b"%PDF-1.7\n" + bytes(11 * 1024 * 1024), "gross.pdf")
    response = post(client, large, files.upload(files.pdf()))
    sentence = gettext("The file “%(name)s” is larger than %(limit)s MB. Make it smaller or divide it.")
    assert list(response.context["form"].errors["documents"]) == [
        sentence % {"name": "gross.pdf", "limit": 10}
    ]
    assert names(client) == ["Konzept.pdf"]


def test_upload_of_many_large_files_is_cut_off(client: Client, settings):
    settings.DOCUMENT_MAX_BYTES = 100_000
    uploads = [files.upload(b"%PDF-1.7\n" + bytes(500_000), f"{n}.pdf") for n in range(5)]
    response = post(client, *uploads)
    assert len(response.context["form"].errors["documents"]) == 5
    assert portal_settings.FILE_UPLOAD_HANDLERS[0] == "miglobe.site.uploads.CutOffHandler"


def test_same_file_again_is_told_and_hinders_nobody(client: Client):
    fill(client, answers())
    post(client, files.upload(files.pdf()))
    response = client.post(
        WISHES, answers()["wishes"] | {"documents": [files.upload(files.pdf(), "Kopie.pdf")]}, follow=True
    )
    assert response.redirect_chain[0][0] == CHECK
    assert names(client) == ["Konzept.pdf"]
    sentence = gettext("You have uploaded the file “%(name)s” already. We keep it once.")
    assert notices(response) == [sentence % {"name": "Kopie.pdf"}]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow.pdf", "x\x00y.pdf"])
def test_path_in_a_name_leads_nowhere(client: Client, name: str, tmp_path):
    post(client, files.upload(files.pdf(), name))
    document = draft_of(client).documents.get()
    assert not set("/\\\0") & set(document.name)
    assert document.name.endswith(".pdf")
    assert [path.parent for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "documents"]


def test_button_removes_the_file_and_keeps_what_was_typed_and_chosen(client: Client):
    post(client, files.upload(files.pdf()))
    key = draft_of(client).documents.get().pk
    response = post(client, files.upload(files.png(), "Plan.png"), remove=str(key), period="Neu getippt")
    assert response.url == f"{WISHES}#div_id_documents"
    assert names(client) == ["Plan.png"]
    page = client.get(WISHES)
    assert notices(page) == [gettext("The file “%(name)s” has been removed.") % {"name": "Konzept.pdf"}]
    assert "Neu getippt" in page.content.decode()


def test_button_of_somebody_elses_file_removes_nothing(client: Client):
    other = Client()
    begin(other)
    post(other, files.upload(files.pdf()))
    key = draft_of(other).documents.get().pk
    for value in (str(key), "x", "9" * 30, "²"):
        assert post(client, remove=value).status_code == 302
    assert Document.objects.count() == 1


def test_going_elsewhere_keeps_good_files_and_tells_of_wrong_ones(client: Client):
    start = reverse("intake:start")
    assert post(client, files.upload(files.pdf()), go=start).url == start
    assert post(client, files.upload(b"", "leer.pdf"), go=start).status_code == 200
    assert names(client) == ["Konzept.pdf"]


def test_files_go_with_the_request_without_a_second_copy(client: Client):
    fill(client, answers())
    post(client, files.upload(files.pdf()))
    before = files.on_disk()
    client.post(CHECK)
    document = Case.objects.get().documents.get()
    assert (document.name, document.draft, document.uploaded_by) == ("Konzept.pdf", None, None)
    assert files.on_disk() == before


def test_file_sent_after_the_request_leads_to_the_page_that_says_so(client: Client):
    fill(client, answers())
    client.post(CHECK)
    assert post(client, files.upload(files.pdf())).url == reverse("intake:sent")
    assert (Document.objects.count(), files.on_disk()) == (0, set())


def test_draft_that_ran_out_keeps_the_file_in_a_new_one(client: Client):
    draft_of(client).delete()
    assert post(client, files.upload(files.pdf())).status_code == 302
    assert names(client) == ["Konzept.pdf"]


@pytest.mark.django_db(transaction=True)
def test_drafts_that_are_deleted_take_their_files_along(client: Client):
    for each in (client, other := Client()):
        begin(each)
        post(each, files.upload(files.pdf()))
    assert len(files.on_disk()) == 2
    other.post(reverse("intake:start"), {"discard": ""})
    assert len(files.on_disk()) == 1
    RequestDraft.objects.update(changed_at=timezone.now() - dt.timedelta(days=31))
    assert drafts.delete_old() == 1  # drafts, not documents
    assert files.on_disk() == set()


@pytest.mark.django_db(transaction=True)
def test_files_of_a_case_outlive_its_draft(client: Client):
    fill(client, answers())
    post(client, files.upload(files.pdf()))
    client.post(CHECK)
    RequestDraft.objects.update(changed_at=timezone.now() - dt.timedelta(days=31))
    drafts.delete_old()
    assert Case.objects.get().documents.get().file.open().read() == files.pdf()


def test_file_that_went_with_the_request_is_not_removed_by_a_late_button(client: Client):
    fill(client, answers())
    post(client, files.upload(files.pdf()))
    draft = draft_of(client)
    document = draft.documents.get()
    client.post(CHECK)
    with pytest.raises(drafts.Sent):
        drafts.remove_document(draft, document.pk)
    assert Document.objects.filter(pk=document.pk, draft=None).exists() is True
