"""What a browser calls itself, in a few words: enough for its owner to know it again in a list."""

# The first that is found counts: many name others besides themselves.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("QQBrowser", "QQ浏览器"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """`Chrome，Windows`; 未知 where nothing is known."""
    found = [
        next((title for mark, title in known if mark in user_agent), "") for known in (BROWSERS, SYSTEMS)
    ]
    return "，".join(filter(None, found)) or "未知"
