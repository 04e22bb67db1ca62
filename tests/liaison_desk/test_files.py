"""Photos and voices belong to the act they follow, or to the item the liaison names."""

from core.conversation.inputs import Other
from core.liaison_desk.files import VOICE_WORDS
from core.liaison_desk.prompts import (
    ActDone,
    AskText,
    FileAttached,
    FileAwaitsWords,
    KindNotTaken,
    WhichItem,
)
from core.media.models import Media
from tests.liaison_desk.office import Office, claimed


def test_progress_is_filed_in_one_line_and_photos_sent_next_belong_to_it(office: Office) -> None:
    claimed(office, 1)

    done = office.town.says("liaison", "1 进展 路基做完了，完成40%")
    first = office.sends_photo("liaison", "photo-1")
    second = office.sends_photo("liaison", "photo-2")

    assert done.kinds == [ActDone]
    assert first == (FileAttached(1, "photo", 1),)
    assert second == (FileAttached(1, "photo", 2),)
    assert (office.item(1).percent, office.files(1), office.town.count(Media)) == (40, 2, 2)


def test_photos_long_after_belong_to_what_the_liaison_says(office: Office) -> None:
    claimed(office, 1, 3)
    office.town.says("liaison", "1 进展 路基做完了")
    office.town.clock.advance(minutes=11)

    asked = office.sends_photo("liaison")
    assert asked.kinds == [WhichItem]
    chosen = office.taps("liaison", asked, "报到这一条", item=3)
    assert chosen.kinds == [AskText]
    done = office.town.says("liaison", "垃圾清走了")

    assert done[0].files == 1
    assert (office.files(1), office.files(3)) == (0, 1)


def test_photos_before_the_words_wait_for_them(office: Office) -> None:
    claimed(office, 1)
    office.taps("liaison", office.town.says("liaison", "我的"), "办进展", item=1)

    assert office.sends_photo("liaison", "photo-1") == (FileAwaitsWords(1, "progress", 1),)
    assert office.sends_photo("liaison", "photo-2") == (FileAwaitsWords(1, "progress", 2),)
    (done,) = office.town.says("liaison", "铺好了一半")

    assert (done.files, office.files(1)) == (2, 2)


def test_a_voice_is_kept_as_progress_until_it_is_typed_up(office: Office) -> None:
    claimed(office, 1)
    office.taps("liaison", office.town.says("liaison", "我的"), "办进展", item=1)

    (done,) = office.town.speaks("liaison", "voice-1")

    assert isinstance(done, ActDone)
    assert VOICE_WORDS in office.details(1)
    assert office.files(1) == 1
    (recognised,) = office.town.says("liaison", "1 进展")
    assert isinstance(recognised, AskText)
    office.town.speaks("liaison", "voice-2", "铺好了一半")
    assert "铺好了一半" in office.details(1)


def test_a_voice_out_of_nowhere_asks_for_which_item(office: Office) -> None:
    claimed(office, 1, 3)

    asked = office.town.speaks("liaison", "voice-1")
    assert asked.kinds == [WhichItem]
    assert office.taps("liaison", asked, "报到这一条", item=3).kinds == [ActDone]

    assert (office.files(3), VOICE_WORDS in office.details(3)) == (1, True)


def test_a_video_is_refused_with_what_can_be_sent_instead(sqlite_office: Office) -> None:
    office = sqlite_office
    claimed(office, 1)

    out_of_nowhere = office.town.hears("liaison", Other("video"))
    office.town.says("liaison", "1 进展 动工了")
    after_a_report = office.town.hears("liaison", Other("video"))

    assert out_of_nowhere.kinds == after_a_report.kinds == [KindNotTaken]
    assert (out_of_nowhere[0].number, after_a_report[0].number) == (0, 1)
    assert office.files(1) == 0
