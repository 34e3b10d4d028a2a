"""The public pages in a real browser."""


def test_landing_page_loads_without_an_error_or_a_foreign_address(page, live_server):
    errors, addresses = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("requestfailed", lambda request: errors.append(request.url))
    page.on("request", lambda request: addresses.append(request.url))
    response = page.goto(live_server.url)
    page.evaluate("document.fonts.ready.then(() => true)")
    assert response.status == 200
    assert errors == []
    assert [url for url in addresses if not url.startswith((live_server.url, "data:"))] == []
