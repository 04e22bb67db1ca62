"""One simulated phone on the page at `/demo/`, used with the mouse (and, where said, the keyboard)."""

from playwright.sync_api import Locator, Page, expect


class PhonePage:
    """The last phone on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.phone: Locator = page.locator("article.phone").last

    @property
    def said(self) -> Locator:
        """Everything the account has said."""
        return self.phone.locator(".chat .message.theirs")

    @property
    def last(self) -> Locator:
        """What it said last."""
        return self.said.last

    def scan(self, place: str) -> None:
        """扫一扫, find the code by its name, and follow the account if the phone does not yet."""
        before = self.said.count()
        self.phone.locator("button.scan:visible").first.click()
        self.phone.locator("input.find").fill(place)
        self.phone.locator(".scene button:not(.show-code)").filter(has_text=place).first.click()
        follow = self.phone.get_by_role("button", name="关注公众号")
        if follow.is_visible():
            follow.click()
        self._wait_for_words_after(before)

    def tap(self, words: str, *, bubble: str = "") -> None:
        """Tap a link: the newest that says this, or the one in the first bubble that says `bubble`."""
        where = self.said.filter(has_text=bubble).first if bubble else self.phone.locator(".chat")
        link = where.locator("button.link", has_text=words).last
        # A page just opened shows the chat a moment later; counted before, old words would pass for new ones.
        expect(link).to_be_visible()
        before = self.said.count()
        link.click()
        self._wait_for_words_after(before)

    def speak(self) -> None:
        """Send the sample voice message."""
        before = self.said.count()
        self._take_up_keyboard()
        self.phone.locator("button.to-panel").click()
        self.phone.locator('button[data-act="voice"]').click()
        self._wait_for_words_after(before)

    def say(self, words: str) -> None:
        """Type and press Enter."""
        before = self.said.count()
        self._take_up_keyboard()
        self.phone.locator("textarea.words").fill(words)
        self.phone.locator("textarea.words").press("Enter")
        self._wait_for_words_after(before)

    def press_menu(self, button: str) -> None:
        """Press a button of the account's menu."""
        before = self.said.count()
        to_menu = self.phone.locator("button.to-menu")
        if to_menu.is_visible():
            to_menu.click()
        self.phone.locator(".menu-row").get_by_role("button", name=button).click()
        self._wait_for_words_after(before)

    def _take_up_keyboard(self) -> None:
        """A chat with a menu is entered with the menu in front, as in WeChat."""
        keyboard = self.phone.locator("button.to-keyboard")
        if keyboard.is_visible():
            keyboard.click()

    def _wait_for_words_after(self, before: int) -> None:
        expect(self.said.nth(before)).to_be_visible(timeout=15_000)
