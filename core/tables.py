"""
Every table of the program, known to one `metadata`.

SQLAlchemy knows a table once its module is imported. Whoever needs all of them (the test that compares the
migrations with the models, a backup) takes `metadata` from here. A new models module is added to the list.
"""

from sqlalchemy import MetaData

from core.audit import models as audit
from core.ballots import models as ballots
from core.coaching import models as coaching
from core.codes import models as codes
from core.conversation import models as conversation
from core.db import catalog_version
from core.db.base import Base
from core.funnel import models as funnel
from core.liaisons import models as liaisons
from core.media import models as media
from core.opinions import models as opinions
from core.outbox import models as outbox
from core.people import models as people
from core.places import models as places
from core.publicity import models as publicity
from core.quality import models as quality
from core.questionnaires import models as questionnaires
from core.rectification import models as rectification
from core.reminders import models as reminders
from core.reports import models as reports
from core.responses import models as responses
from core.rounds import models as rounds
from core.signin import models as signin
from core.tasks import models as tasks
from core.tokens import models as tokens
from core.upkeep import models as upkeep
from core.workdays import models as workdays

MODULES = (
    audit,
    ballots,
    catalog_version,
    coaching,
    codes,
    conversation,
    funnel,
    liaisons,
    media,
    opinions,
    outbox,
    people,
    places,
    quality,
    publicity,
    questionnaires,
    rectification,
    reminders,
    reports,
    responses,
    rounds,
    signin,
    tasks,
    tokens,
    upkeep,
    workdays,
)

metadata: MetaData = Base.metadata
