"""How a response came, in words."""

CHANNEL_WORDS = {"wechat": "微信", "web": "网页", "phone": "电话", "paper": "纸质"}
