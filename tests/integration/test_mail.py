"""Letters on their way: a postman, and a real mail server in another process."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cesnode.config import Mail as Settings
from cesnode.jobs.mailing import Postman
from cesnode.services import mailing, sorting, trading
from cesnode.services.mailing import Letter, Parcel, Template
from cesnode.store import Store, Writer, alarms, mails, members
from cesnode.store.mails import Mail, MailState
from cesnode.store.store import writing
from cesnode.web.letters import Typist, Written
from tests.support.exchanges import HOUR, NOW, acting_as, join, order
from tests.support.node import CESNODE
from tests.support.smtp import Postbox, body, postbox
from tests.support.smtp_server import PASSWORD, USER

PATIENCE = 60


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    with postbox(tmp_path / "letters") as opened:
        yield opened


class Clock:
    """Tells the time that a test says it is."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


def postman(store: Store, settings: Settings, clock: Clock) -> Postman:
    return Postman(store, settings, Typist(store.folder).write, clock=clock)


async def opened(store: Store, box: Postbox, clock: Clock, **changes: object) -> Postman:
    """Return a postman at work, with the office open."""
    made = postman(store, box.settings(**changes), clock)
    await made.begin()
    return made


async def queued(store: Store, *recipients: str, at: int = NOW) -> list[int]:
    def work(writer: Writer) -> list[int]:
        letters = [
            Letter(recipient=each, template=Template.TEST, name="Ana")
            for each in recipients
        ]
        return [mailing.queue(writer, letter, now=at) or 0 for letter in letters]

    return await store.write(work)


async def mail(store: Store, serial: int) -> Mail:
    found = await store.read(mails.by_id, serial)
    assert found is not None
    return found


async def test_a_letter_arrives_with_all_that_it_should_have(
    store: Store, box: Postbox
) -> None:
    clock = Clock()
    carrier = await opened(store, box, clock, reply_to="Rosa <rosa@oakvale.example>")
    (serial,) = await queued(store, "ana@example.org")

    await carrier.look()

    (letter,) = box.letters()
    sent = await mail(store, serial)
    assert letter["To"] == "Ana <ana@example.org>"
    assert letter["From"] == "Oakvale Exchange <post@oakvale.example>"
    assert letter["Reply-To"] == "Rosa <rosa@oakvale.example>"
    assert letter["X-From"] == "post@oakvale.example"
    assert letter["Message-ID"] == sent.message_id
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == datetime.fromtimestamp(NOW, UTC)
    assert letter["Subject"] == "A test letter from Oakvale Exchange"
    assert letter["List-Unsubscribe"] is None
    assert letter.get_content_type() == "multipart/alternative"
    assert "Hello Ana," in body(letter, "plain")
    assert "<p>Hello Ana,</p>" in body(letter, "html")
    assert sent.state is MailState.SENT


async def test_a_letter_has_gone_once_it_has_gone(store: Store, box: Postbox) -> None:
    carrier = await opened(store, box, Clock())
    await queued(store, "ana@example.org")

    await carrier.look()
    await carrier.look()

    assert len(box.letters()) == 1


async def test_what_is_refused_for_good_is_given_up_and_holds_up_nothing_else(
    store: Store, box: Postbox
) -> None:
    carrier = await opened(store, box, Clock())
    refused, fine = await queued(store, "refused@example.org", "ana@example.org")

    await carrier.look()

    given_up = await mail(store, refused)
    (alarm,) = await store.read(alarms.standing)
    assert given_up.state is MailState.FAILED
    assert "550 5.1.1 There is nobody of that name" in (given_up.last_error or "")
    assert (alarm.kind, "refused@example.org" in alarm.details) == ("mail-failed", True)
    assert (await mail(store, fine)).state is MailState.SENT


async def test_a_letter_that_cannot_be_written_holds_up_no_other(
    store: Store, box: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(store, box, Clock())
    typist = Typist(store.folder)

    def write(parcel: Parcel) -> Written:
        if parcel.mail.recipient.startswith("difficult"):
            raise RuntimeError("a mistake of ours")
        return typist.write(parcel)

    carrier = Postman(store, box.settings(), write, clock=Clock())
    difficult, fine = await queued(store, "difficult@example.org", "ana@example.org")

    await carrier.look()

    given_up = await mail(store, difficult)
    assert given_up.state is MailState.FAILED
    assert given_up.last_error == "it cannot be written: a mistake of ours"
    assert "a mistake of ours" in caplog.text
    assert (await mail(store, fine)).state is MailState.SENT


async def test_an_own_letter_that_is_broken_raises_an_alarm_and_ours_goes_out(
    store: Store, box: Postbox
) -> None:
    (store.folder / "templates/email").mkdir(parents=True)
    (store.folder / "templates/email/test.html").write_text("{% if %}")
    carrier = await opened(store, box, Clock())
    await queued(store, "ana@example.org")

    await carrier.look()

    (alarm,) = await store.read(alarms.standing)
    assert alarm.kind == "mail-template"
    assert alarm.details.startswith("test: TemplateSyntaxError")
    assert len(box.letters()) == 1


@pytest.mark.parametrize("who", ["later", "dropped", "slow"])
async def test_what_is_not_taken_now_is_sent_again_after_a_while(
    store: Store, box: Postbox, who: str
) -> None:
    clock = Clock()
    carrier = await opened(store, box, clock, timeout=0.5)
    difficult, fine = await queued(store, f"{who}@example.org", "ana@example.org")

    await carrier.look()
    early = await mail(store, difficult)
    clock.now += 2 * 60
    await carrier.look()

    assert (early.state, early.attempts) == (MailState.WAITING, 1)
    assert NOW + 45 <= early.next_at <= NOW + 75
    assert {letter["X-Rcpt"] for letter in box.letters()} == {
        "ana@example.org",
        f"{who}@example.org",
    }
    assert (await mail(store, difficult)).state is MailState.SENT
    assert (await mail(store, fine)).state is MailState.SENT


async def test_while_the_server_is_away_letters_wait_and_none_is_given_up(
    store: Store, box: Postbox
) -> None:
    clock = Clock()
    nowhere = box.settings(port=1)
    carrier = postman(store, nowhere, clock)
    await carrier.begin()
    (serial,) = await queued(store, "ana@example.org")

    for _ in range(20):
        await carrier.look()
        clock.now += 2 * HOUR

    waiting = await mail(store, serial)
    assert (waiting.state, waiting.attempts) == (MailState.WAITING, 0)
    assert [alarm.kind for alarm in await store.read(alarms.standing)] == ["mail-server"]

    await postman(store, box.settings(), clock).look()

    assert (await mail(store, serial)).state is MailState.SENT
    assert await store.read(alarms.standing) == []


async def test_a_letter_that_cannot_leave_for_a_week_is_given_up(
    store: Store, box: Postbox
) -> None:
    clock = Clock()
    carrier = postman(store, box.settings(port=1), clock)
    await carrier.begin()
    (serial,) = await queued(store, "ana@example.org")

    clock.now += mailing.LASTS
    await carrier.look()

    assert (await mail(store, serial)).state is MailState.FAILED


async def test_no_more_leave_in_an_hour_than_may(store: Store, box: Postbox) -> None:
    clock = Clock()
    carrier = await opened(store, box, clock, per_hour=3)
    await queued(store, *(f"member{each}@example.org" for each in range(5)))

    await carrier.look()
    in_the_first_hour = len(box.letters())
    clock.now += HOUR + 1
    await carrier.look()

    assert (in_the_first_hour, len(box.letters())) == (3, 5)


async def test_many_letters_share_two_connections(store: Store, box: Postbox) -> None:
    carrier = await opened(store, box, Clock())
    await queued(store, *(f"member{each}@example.org" for each in range(30)))

    await carrier.look()

    assert len(box.letters()) == 30
    assert box.connections == 2


async def test_a_trade_is_told_by_mail(store: Store, box: Postbox) -> None:
    clock = Clock()
    clock.now = NOW - NOW % (24 * HOUR) + 12 * HOUR
    carrier = await opened(store, box, clock)

    def trade(writer: Writer) -> None:
        ann, bob = join(writer, "Ann Ash"), join(writer, "Bob Beech")
        members.set_email(writer, bob.member, "bob@example.org")
        given = order(ann, bob, "12.50", description="Eggs <fresh>")
        trading.record(writer, acting_as(writer, ann), given, now=clock.now)

    await store.write(trade)
    await carrier.look()

    (letter,) = box.letters()
    said = "12.50 leaves went from you to Ann Ash for “Eggs <fresh>”."
    link = letter["List-Unsubscribe"].strip()
    assert letter["Subject"] == said
    assert said in body(letter, "plain")
    assert "“Eggs &lt;fresh&gt;”" in body(letter, "html")
    assert link.startswith("<http://127.0.0.1:8101/unsubscribe/")
    assert link.strip("<>") in body(letter, "plain")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / "shown.pem", folder / "kept.pem"
    shown.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return shown, kept


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[Postbox]:
    """A mail server that takes letters over TLS only, and from whom it knows."""
    with postbox(tmp_path / "careful", *certificate(tmp_path)) as opened:
        yield opened


def careful_settings(careful: Postbox, folder: Path, password: bytes) -> Settings:
    (folder / "relay.password").write_bytes(password + b"\n")
    return careful.settings(
        host="localhost",
        security="starttls",
        user=USER.decode(),
        password_file="relay.password",  # noqa: S106 - a file's name
    )


async def test_letters_leave_over_tls_with_a_password(
    store: Store, careful: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "shown.pem"))
    settings = careful_settings(careful, store.folder, PASSWORD)
    carrier = postman(store, settings, Clock())
    await carrier.begin()
    await queued(store, "ana@example.org")

    await carrier.look()

    assert len(careful.letters()) == 1


async def test_a_server_that_cannot_prove_itself_gets_no_letter_and_no_password(
    store: Store, careful: Postbox
) -> None:
    settings = careful_settings(careful, store.folder, PASSWORD)
    carrier = postman(store, settings, Clock())
    await carrier.begin()
    (serial,) = await queued(store, "ana@example.org")

    await carrier.look()

    waiting = await mail(store, serial)
    assert waiting.state is MailState.WAITING
    assert "CERTIFICATE_VERIFY_FAILED" in (waiting.last_error or "")


async def test_a_wrong_password_lets_letters_wait(
    store: Store, careful: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "shown.pem"))
    settings = careful_settings(careful, store.folder, b"not this")
    carrier = postman(store, settings, Clock())
    await carrier.begin()
    (serial,) = await queued(store, "ana@example.org")

    await carrier.look()

    waiting = await mail(store, serial)
    assert (waiting.state, waiting.attempts) == (MailState.WAITING, 0)
    assert "535" in (waiting.last_error or "")
    assert "not this" not in (waiting.last_error or "")


@contextmanager
def served(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - our own program
        [*CESNODE, "serve", "--data", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("http://")
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def test_a_node_killed_between_sending_and_noting_it_sends_the_same_letter_again(
    founded: Path, box: Postbox
) -> None:
    (founded / "config.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n'
        'sender = "post@oakvale.example"\n'
    )
    settings = box.settings()
    with writing(founded) as writer:
        sorting.open_office(writer, settings, now=NOW)
        now = int(datetime.now(UTC).timestamp())
        letter = Letter(recipient="ana@example.org", template=Template.TEST)
        mailing.queue(writer, letter, now=now)

    with served(founded) as first:
        (box.folder / "kill.new").write_text(str(first.pid))
        (box.folder / "kill.new").rename(box.folder / "kill")
        killed = first.wait(PATIENCE)
    with served(founded):
        box.wait_for(letters=2)

    one, other = box.letters()
    assert killed == -signal.SIGKILL
    assert one["Message-ID"] == other["Message-ID"]
