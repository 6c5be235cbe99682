"""The example documents every key, and a typo is not passed over."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from cesnode.config import Config, load, read
from cesnode.errors import Code, ConfigInvalid
from cesnode.resources import resource

EXAMPLE = resource("config.example.toml")


def keys_of_the_program() -> dict[str, set[str]]:
    return {
        name: {field.name for field in fields(section)}
        for name, section in get_type_hints(Config).items()
    }


def written(folder: Path, text: str) -> Path:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_example_documents_every_key_and_no_other() -> None:
    documented = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    assert {name: set(table) for name, table in documented.items()} == keys_of_the_program()


def test_the_example_holds_what_is_so_if_nothing_is_said() -> None:
    assert read(EXAMPLE) == Config()


def test_every_key_of_the_example_stands_below_a_comment() -> None:
    blocks = EXAMPLE.read_text(encoding="utf-8").split("\n\n")

    assert [block for block in blocks if " = " in block and "# " not in block] == []


def test_a_folder_without_a_config_file_has_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()


def test_the_web_servers_before_the_node_are_read(tmp_path: Path) -> None:
    text = '[server]\ntrusted_proxies = ["10.0.0.2", "fd00::/8"]\n'

    assert load(written(tmp_path, text)).server.trusted_proxies == ("10.0.0.2", "fd00::/8")


def test_what_is_set_is_read_and_the_rest_stays(tmp_path: Path) -> None:
    config = load(written(tmp_path, "[server]\nport = 9000\nkeep_alive = 5\n"))

    assert (config.server.port, config.server.keep_alive) == (9000, 5)
    assert config.server.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nprot = 80\n", "[server] has no key prot; did you mean port?"),
        ("[sever]\nport = 80\n", "there is no section sever; did you mean server?"),
        ("[server]\nzzz = 80\n", "[server] has no key zzz"),
        ("server = 1\n", "server is a section"),
        ('[server]\nport = "80"\n', "[server] port is a whole number"),
        ("[server]\nport = true\n", "[server] port is a whole number"),
        ("[server]\nport = 65536\n", "[server] port is 65536, not between 0 and 65535"),
        ("[server]\nkeep_alive = 0\n", "keep_alive is more than 0 seconds"),
        (
            '[server]\ntrusted_proxies = "10.0.0.2"\n',
            "[server] trusted_proxies is a list of texts",
        ),
        (
            '[server]\ntrusted_proxies = ["proxy"]\n',
            "trusted_proxies holds proxy, not an address like 10.0.0.2 or 10.0.0.0/24",
        ),
        ("[server]\nkeep_alive = true\n", "keep_alive is a number"),
        ('[log]\nlevel = "loud"\n', "level is loud, not one of debug"),
        ("[mail]\nport = 0\n", "[mail] port is 0, not between 1 and 65535"),
        ('[mail]\nhost = "a"\n', "sender is missing"),
        ('[mail]\nsecurity = "ssl"\n', "security is ssl, not one of starttls, tls, none"),
        ('[mail]\nuser = "a"\n', "user and password_file go together"),
        (
            '[mail]\nhost="a"\nsender="a@b"\nuser="c"\npassword_file="d"\nsecurity="none"',
            "a password goes only over TLS",
        ),
        ('[mail]\ntime_zone = "Oakvale"\n', "time_zone Oakvale is not known"),
        ("[mail]\ndigest_hour = 24\n", "digest_hour is an hour from 0 to 23"),
        ("[mail]\nper_hour = 0\n", "per_hour and timeout are more than 0"),
        ('[look]\nbrand = "green"\n', "[look] brand is green, not a colour like #1d6350"),
        ('[look]\nvocabulary = "gold"\n', "gold, not one of money, time, record"),
        ('[contact]\nemail = "rosa"\n', "[contact] email is rosa, not an address"),
        ('[contact]\nname = "Rosa"\n', "email or phone is missing"),
        ("[public]\nmarket = 1\n", "[public] market is true or false"),
        ('[murmurations]\ncountry = "Portugal"\n', "country is Portugal, not two letters"),
        ('[murmurations]\nplace = "Oakvale"\n', "place is Oakvale, not like 38.7223"),
        ('[murmurations]\nplace = "91.0, 0.0"\n', "place is 91.0, 0.0, not like 38.7223"),
        ("[server\n", "line 1"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(written(tmp_path, text))

    assert caught.value.code is Code.CONFIG_INVALID
    assert said in str(caught.value)
    assert str(tmp_path / "config.toml") in str(caught.value)
