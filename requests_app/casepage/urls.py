"""The municipality's case page."""

from django.urls import include, path

from requests_app.casepage import documents, views

app_name = "casepage"
_case = [
    path("", views.case_page, name="case"),
    path("antwort/", views.answer_query, name="answer_query"),
    path("nachricht/", views.write_message, name="message"),
    path("unterlagen/", documents.add, name="documents"),
    path("unterlagen/<int:pk>/", documents.download, name="document"),
    path("anfrage.pdf", documents.request_as_pdf, name="pdf"),
    path("option/<int:pk>/bestaetigen/", views.confirm_option, name="confirm_option"),
    path("option/<int:pk>/kommentar/", views.comment_option, name="comment_option"),
    path("optionen/bestaetigen/", views.confirm_options, name="confirm_options"),
    path("zurueckziehen/", views.withdraw, name="withdraw"),
]
urlpatterns = [
    path("meine-vorgaenge/", views.case_list, name="list"),
    path("vorgang/<slug:reference>/", include(_case)),
]
