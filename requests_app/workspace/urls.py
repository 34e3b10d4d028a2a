"""The advisors' workspace. Paths below a case that act take POST only, or show a form first."""

from django.urls import path

from requests_app.workspace import (
    calendar,
    cases,
    conflicts,
    dates,
    forward,
    home,
    offers,
    option_library,
    option_order,
    options,
    overview,
    papers,
    sessions,
    talk,
)

app_name = "workspace"
urlpatterns = [
    path("", home.home, name="home"),
    # Before the paths of a case: no case is called "uebersicht", "neu", "kalender" or "interessenkonflikte".
    path("uebersicht/", overview.overview, name="overview"),
    path("uebersicht/liste.xlsx", overview.file, name="overview_file"),
    path("interessenkonflikte/", conflicts.listing, name="conflicts"),
    path("interessenkonflikte/<int:pk>/aufheben/", conflicts.lift, name="conflict_lift"),
    path("neu/", forward.new, name="forward"),
    path("neu/<slug:reference>/", forward.forwarded, name="forwarded"),
    path("kalender/", calendar.page, name="calendar"),
    path("kalender/erneuern/", calendar.renew, name="calendar_renew"),
    path("<str:reference>/", cases.case, name="case"),
    path("<str:reference>/zusagen/", offers.accept, name="accept"),
    path("<str:reference>/absagen/", offers.decline, name="decline"),
    path("<str:reference>/befangen/", conflicts.decline, name="decline_for_conflict"),
    path("<str:reference>/nachricht/", talk.write, name="write"),
    path("<str:reference>/nachricht/entwurf/", talk.keep_draft, name="message_draft"),
    path("<str:reference>/gelesen/", talk.mark_read, name="mark_read"),
    path("<str:reference>/sitzung/", sessions.log, name="session_new"),
    path("<str:reference>/sitzung/<int:pk>/", sessions.correct, name="session"),
    path("<str:reference>/option/", options.write, name="option_new"),
    path("<str:reference>/option/bibliothek/", option_library.library, name="option_library"),
    path("<str:reference>/option/reihenfolge/", option_order.order, name="options_order"),
    path("<str:reference>/option/<int:pk>/neue-fassung/", options.new_version, name="option_version"),
    path("<str:reference>/option/<int:pk>/zustimmen/", options.accept, name="option_accept"),
    path("<str:reference>/option/<int:pk>/", options.change, name="option"),
    path("<str:reference>/option/<int:pk>/entfernen/", options.remove, name="option_remove"),
    path("<str:reference>/termine/", dates.propose, name="dates_new"),
    path("<str:reference>/termine/<int:pk>/zurueckziehen/", dates.withdraw, name="dates_withdraw"),
    path("<str:reference>/termin/<int:pk>/verlegen/", dates.move, name="date_move"),
    path("<str:reference>/termin/<int:pk>/absagen/", dates.cancel, name="date_cancel"),
    path("<str:reference>/termin/<int:pk>/termin.ics", dates.as_file, name="date_file"),
    path("<str:reference>/unterlagen/<int:pk>/", cases.document, name="document"),
    path("<str:reference>/ergebnisvermerk.pdf", papers.result_note, name="result_note"),
    path("<str:reference>/leistungsnachweis.pdf", papers.service_record, name="service_record"),
    path("<str:reference>/vorlegen/", options.propose, name="propose"),
]
