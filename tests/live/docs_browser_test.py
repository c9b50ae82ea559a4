"""The documentation pages in a real browser: they render without a complaint, nothing is asked for from elsewhere, and
"Try it out" signs in and lists the users."""

import json
import unittest

from api_stack import PASSWORD, ApiStack
from chromium import PROGRAM, Chromium
from program import main


def block(tag, operation):
    return f"document.getElementById('operations-{tag}-{operation}')"


def set_text(element, text):
    """As a person types: the page's framework looks at the element's own setter."""
    return (f"(() => {{ const e = {element}; const set = Object.getOwnPropertyDescriptor("
            f"Object.getPrototypeOf(e), 'value').set; set.call(e, {json.dumps(text)}); "
            "e.dispatchEvent(new Event('input', {bubbles: true})); return true; })()")


@unittest.skipUnless(PROGRAM, "there is no chromium here")
class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = cls.enterClassContext(ApiStack())
        cls.stack.new_member(cls.stack.organization, "jane", first_name="Jane", last_name="Doe")
        cls.base = f"http://127.0.0.1:{cls.stack.server.port}"

    def check_quiet(self, browser):
        browser.text()  # what came meanwhile is read
        self.assertEqual(browser.complaints, [])
        self.assertEqual(browser.failures, [])
        elsewhere = [url for url in browser.requests
                     if not url.startswith((self.base + "/", "data:", f"blob:{self.base}/", "about:"))]
        self.assertEqual(elsewhere, [])

    def try_out(self, browser, tag, operation, body=None):
        """The live answer: (status, text)."""
        at = block(tag, operation)
        browser.wait_for(f"!!{at}")
        browser.run(f"{at}.querySelector('.opblock-summary-control').click()")
        browser.wait_for(f"!!{at}.querySelector('.try-out__btn')")
        browser.run(f"{at}.querySelector('.try-out__btn').click()")
        if body is not None:
            browser.wait_for(f"!!{at}.querySelector('textarea.body-param__text')")
            browser.run(set_text(f"{at}.querySelector('textarea.body-param__text')", json.dumps(body)))
        browser.wait_for(f"!!{at}.querySelector('.btn.execute')")
        browser.run(f"{at}.querySelector('.btn.execute').click()")
        status = browser.wait_for(f"({at}.querySelector('.live-responses-table tbody .response-col_status') || {{}}).innerText")
        return int(status.split()[0]), browser.run(f"{at}.querySelector('.live-responses-table').innerText")

    def test_try_it_out_signs_in_and_lists_users(self):
        with Chromium() as browser:
            browser.open(self.base + "/docs")
            status, text = self.try_out(browser, "auth", "post_api_v1_auth_login", {"username": "admin", "password": PASSWORD})
            self.assertEqual(status, 200, text)
            status, text = self.try_out(browser, "users", "get_api_v1_users")
            self.assertEqual(status, 200, text)
            self.assertIn("Jane Doe", text)
            # One that changes something passes, since the page repeats the CSRF token.
            status, text = self.try_out(browser, "inventory", "post_api_v1_inventory_items", {"name": "Axe"})
            self.assertEqual(status, 201, text)
            self.check_quiet(browser)

    def test_redoc_shows_every_operation(self):
        operations = [operation["summary"] for methods in self.stack.client().get("/openapi.json").body["paths"].values()
                      for operation in methods.values()]
        with Chromium() as browser:
            browser.open(self.base + "/redoc")
            browser.wait_for("document.body.innerText.includes('/health/redis')")
            shown = browser.run("document.body.textContent")
            self.assertEqual([summary for summary in operations if summary not in shown], [])
            # Its search runs in a worker that is made of a blob.
            field = "document.querySelector('input[placeholder^=Search]')"
            browser.run(f"{field}.focus()")
            browser.run(set_text(field, "retire"))
            browser.wait_for("!!document.querySelector('[role=search] [data-role=\"search:results\"]')")
            self.check_quiet(browser)


if __name__ == "__main__":
    main()
