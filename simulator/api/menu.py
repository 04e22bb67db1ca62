"""The menu under the chat. WeChat docs, custom menus; the limits stand in `simulator/menus.py`."""

from simulator import menus
from simulator.api.calls import OK, Answer, Api, body
from simulator.errcodes import ApiError


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/menu/create")
    def create() -> Answer:
        menus.save_menu(world.store, body(literal_escapes=True))
        return OK

    @api.call("GET", "/cgi-bin/menu/get")
    def get() -> Answer:
        menu = menus.read_menu(world.store)
        if menu is None:
            raise ApiError(46003)
        return {"menu": menu}

    @api.call("GET", "/cgi-bin/menu/delete")
    def delete() -> Answer:
        menus.delete_menu(world.store)
        return OK
