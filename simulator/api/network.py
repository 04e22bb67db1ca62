"""Where the platform calls from, and whether it reaches the server. WeChat docs, callback check."""

from simulator.api.calls import Answer, Api, body
from simulator.errcodes import ApiError

# Everything here comes from the machine the simulator runs on.
OWN_ADDRESSES = ["127.0.0.1", "::1"]


def add_to(api: Api) -> None:
    """Register the group's calls."""

    @api.call("GET", "/cgi-bin/getcallbackip")
    def callback_addresses() -> Answer:
        return {"ip_list": OWN_ADDRESSES}

    @api.call("GET", "/cgi-bin/get_api_domain_ip")
    def api_addresses() -> Answer:
        return {"ip_list": OWN_ADDRESSES}

    @api.call("POST", "/cgi-bin/callback/check")
    def check() -> Answer:
        wanted = body()
        if wanted.get("action") not in ("dns", "ping", "all"):
            raise ApiError(47001)
        if wanted.get("check_operator") not in ("CHINANET", "UNICOM", "CAP", "DEFAULT"):
            raise ApiError(47001)
        reached = [
            {"ip": "127.0.0.1", "from_operator": "CAP", "package_loss": "0%", "time": "0.1ms"},
        ]
        names = [{"ip": "127.0.0.1", "real_operator": "CAP"}]
        return {
            "dns": names if wanted["action"] != "ping" else [],
            "ping": reached if wanted["action"] != "dns" else [],
        }
