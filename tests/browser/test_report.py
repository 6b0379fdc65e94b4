"""The report of a sweep in Chromium."""

from stubs_experiments import report


def test_chromium_shows_it_without_an_error_or_a_request(browser, tmp_path):
    file = report(tmp_path)
    heard = []
    page = browser.new_page()
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    page.goto(file.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()

    assert [said for said in heard if not said.startswith(("file:", "data:"))] == []
    assert wide <= 1280
