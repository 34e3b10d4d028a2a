"""The municipality's case page."""

from django.urls import include, path

from requests_app.casepage import (
    after_the_end,
    contacts,
    dates,
    documents,
    entry,
    options,
    papers,
    sessions,
    talk,
    views,
)

app_name = "casepage"
_case = [
    path("", views.case_page, name="case"),
    path("antwort/", views.answer_query, name="answer_query"),
    path("nachricht/", talk.write, name="message"),
    path("nachricht/entwurf/", talk.keep_draft, name="message_draft"),
    path("gelesen/", talk.mark_read, name="mark_read"),
    path("unterlagen/", documents.add, name="documents"),
    path("unterlagen/<int:pk>/", documents.download, name="document"),
    path("anfrage.pdf", papers.request_as_pdf, name="pdf"),
    path("ergebnisvermerk.pdf", papers.result_note, name="result_note"),
    path("leistungsnachweis.pdf", papers.service_record, name="service_record"),
    path("option/<int:pk>/bestaetigen/", views.confirm_option, name="confirm_option"),
    path("option/<int:pk>/kommentar/", views.comment_option, name="comment_option"),
    path("option/<int:pk>/aendern/", options.change, name="change_option"),
    path("bibliothek/<int:pk>/", options.answer_for_library, name="answer_for_library"),
    path("optionen/bestaetigen/", views.confirm_options, name="confirm_options"),
    path("gespraech/<int:pk>/bestaetigen/", sessions.confirm, name="confirm_session"),
    path("gespraech/<int:pk>/anders/", sessions.question, name="question_session"),
    path("ansprechpersonen/einladen/", contacts.invite, name="invite"),
    path("ansprechpersonen/annehmen/", contacts.accept, name="accept_invitation"),
    path("ansprechpersonen/meine-angaben/", contacts.own_data, name="own_data"),
    path("ansprechpersonen/uebergeben/", contacts.hand_over, name="hand_over"),
    path("ansprechpersonen/uebergeben/abbrechen/", contacts.cancel_hand_over, name="cancel_hand_over"),
    path("ansprechpersonen/verlassen/", contacts.leave, name="leave"),
    path("ansprechpersonen/<int:pk>/erneut/", contacts.resend, name="resend_invitation"),
    path("ansprechpersonen/<int:pk>/entfernen/", contacts.remove, name="remove_contact"),
    path("termine/<int:pk>/waehlen/", dates.pick, name="pick_date"),
    path("termine/<int:pk>/passt-nicht/", dates.refuse, name="refuse_dates"),
    path("termin/<int:pk>/verlegen/", dates.ask_to_move, name="ask_to_move"),
    path("termin/<int:pk>/absagen/", dates.cancel, name="cancel_date"),
    path("termin/<int:pk>/termin.ics", dates.as_file, name="date_file"),
    path("angaben/", entry.confirm, name="entry"),
    path("rueckmeldung/", after_the_end.feedback, name="feedback"),
    path("nachfrage/", after_the_end.follow_up, name="follow_up"),
    path("nachfrage/danke/", after_the_end.thanks, name="follow_up_thanks"),
    path("weiteres-gespraech/", after_the_end.talk, name="talk"),
    path("zurueckziehen/", views.withdraw, name="withdraw"),
]
urlpatterns = [
    path("meine-vorgaenge/", views.case_list, name="list"),
    path("vorgang/<slug:reference>/", include(_case)),
]
