"""How members wish to be told things; who has said nothing is told as by default."""

from __future__ import annotations

from cesnode.community.notices import Choice, Pace, Preferences, Quiet, Topic
from cesnode.store.database import Reader, Writer

_UNSAID = Preferences()


def of_member(reader: Reader, member: int) -> Preferences:
    row = reader.first(
        "SELECT language, quiet_from, quiet_until FROM notice_preferences"
        " WHERE member_id = ?",
        (member,),
    )
    if row is None:
        return _UNSAID
    language, begins, ends = row
    chosen = reader.all(
        "SELECT topic, bell, mail FROM notice_choices WHERE member_id = ?", (member,)
    )
    return Preferences(
        language=language,
        quiet=None if begins is None else Quiet(begins, ends),
        choices={
            Topic(topic): Choice(bool(bell), Pace(mail)) for topic, bell, mail in chosen
        },
    )


def keep(writer: Writer, member: int, wanted: Preferences) -> None:
    """Keep all of it in place of what was wished before."""
    quiet = wanted.quiet
    writer.run(
        "INSERT INTO notice_preferences (member_id, language, quiet_from, quiet_until)"
        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (member_id) DO UPDATE SET language = ?2,"
        " quiet_from = ?3, quiet_until = ?4",
        (
            member,
            wanted.language,
            quiet.begins if quiet else None,
            quiet.ends if quiet else None,
        ),
    )
    writer.run("DELETE FROM notice_choices WHERE member_id = ?", (member,))
    writer.many(
        "INSERT INTO notice_choices (member_id, topic, bell, mail) VALUES (?, ?, ?, ?)",
        [
            (member, topic, choice.bell, choice.mail)
            for topic, choice in wanted.choices.items()
            if topic is not Topic.SECURITY
        ],
    )
