"""Two pairs of hands for one story: a thumb on a phone, and keys alone, which go by what a screen reader is told.

Both do the same by the same names: `press` a link or a button, `write` into a box, `choose` one of several."""

import re

from playwright.sync_api import Page

STEPS = 90  # Tabs until something that is looked for is not on the page
NAMED = re.compile(r"\s+")


class Thumb:
    def __init__(self, page: Page):
        self.page = page

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def write(self, name: str, text: str, role: str = "textbox") -> None:
        self.page.get_by_role(role, name=name, exact=True).fill(text)

    def choose(self, role: str, name: str, group: str = "") -> None:
        place = self.page.get_by_role("group", name=group, exact=True) if group else self.page
        place.get_by_role(role, name=name, exact=True).check()

    def pick(self, name: str, option: str) -> None:
        self.page.get_by_role("combobox", name=name, exact=True).select_option(label=option)

    def go(self, place: str) -> None:
        """By the bar at the foot, or what is behind its last door."""
        bar = self.page.get_by_role("navigation", name="Portal")
        link = bar.get_by_role("link", name=place, exact=True)
        if not link.count():
            bar.get_by_text("More", exact=True).click()
        link.click()

    def search(self, words: str) -> None:
        self.press("link", "Search")
        self.page.get_by_role("searchbox").press_sequentially(words)


class Keys:
    """Whatever is reached is reached by Tab, and is what it is called in the tree that a screen reader reads."""

    def __init__(self, page: Page):
        self.page = page
        self.tree = page.context.new_cdp_session(page)

    def press(self, role: str, name: str) -> None:
        self._reach(role, name)
        self.page.keyboard.press("Enter")

    def write(self, name: str, text: str, role: str = "textbox") -> None:
        self._reach(role, name)
        self.page.keyboard.insert_text(text)

    def choose(self, role: str, name: str, group: str = "") -> None:
        """Among radios Tab comes to the first or the one that is chosen, and the arrows go on."""
        if role == "radio":
            self._reach(role, None, group)
            for _step in range(STEPS):
                if self._focused()[1] == name:
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self._reach(role, name)
        if not self.page.evaluate("document.activeElement.checked"):
            self.page.keyboard.press("Space")
        assert self.page.evaluate("document.activeElement.checked"), f"{role} “{name}” is not chosen"

    def pick(self, name: str, option: str) -> None:
        self._reach("combobox", name)
        self.page.keyboard.type(option)

    def go(self, place: str) -> None:
        self.press("link", place)

    def search(self, words: str) -> None:
        self.page.keyboard.press("/")
        assert self._focused()[:2] == ("searchbox", "Search")
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Enter")

    def _reach(self, role: str, name: str | None, group: str = "") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.wait_for()  # one looks before one goes
        passed = []
        for _step in range(STEPS):
            found = self._focused()
            if found[0] == role and name in (None, found[1]) and group in ("", found[2]):
                return
            passed.append(found)
            self.page.keyboard.press("Tab")
        raise AssertionError(f"No {role} “{name or group}” is reached by Tab on {self.page.url}, only {passed}")

    def _focused(self) -> tuple[str, str, str]:
        """Role, name, and the name of the group around it, as the accessibility tree has them."""
        node = self.tree.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
        nodes = self.tree.send("Accessibility.getPartialAXTree", {"objectId": node})["nodes"]
        said = [(_value(each, "role"), _value(each, "name")) for each in nodes if not each.get("ignored")]
        group = next((name for role, name in said[1:] if role in ("group", "radiogroup")), "")
        return (*(said[0] if said else ("", "")), group)


def _value(node: dict, what: str) -> str:
    return NAMED.sub(" ", node.get(what, {}).get("value", "")).strip()
