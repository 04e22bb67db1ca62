"""Who may sign in, by what they do."""

from enum import StrEnum


class Role(StrEnum):
    """
    A staff account's role.

    office: everything. auditor: sees everything, changes nothing. county: a county's own results. liaison:
    the rectification items of one county or unit. interviewer: makes calls. supervisor: watches over calls.
    """

    OFFICE = "office"
    AUDITOR = "auditor"
    COUNTY = "county"
    LIAISON = "liaison"
    INTERVIEWER = "interviewer"
    SUPERVISOR = "supervisor"


# What people call them.
ROLE_TITLES = {
    Role.OFFICE: "办公室",
    Role.AUDITOR: "审计",
    Role.COUNTY: "县区",
    Role.LIAISON: "联络员",
    Role.INTERVIEWER: "话务员",
    Role.SUPERVISOR: "督导",
}
