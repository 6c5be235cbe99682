"""The tables, triggers and indexes there must be, by the digest of their definition.

Kept beside the migrations and not made from them, on purpose: a migration that changes
what guards the books has to say so here.  A table's definition holds its CHECKs, its
references and that it is STRICT.
"""

from __future__ import annotations

import hashlib

from cesnode.store.auditor.findings import Fault, Findings
from cesnode.store.auditor.sqlite import sqlite3

VERSION = 6
SHAPE = {
    "index account_members_by_member": "928d84088ef32109aacd092e4f58524a",
    "index accounts_in_order": "92194156387c8a27a022182775d31fba",
    "index acts_by_subject": "8a469e3d047f8fa72dac18e7aa2c0333",
    "index clearing_entries_book_a_trade_once": "82fa497e271e725ebef3b6846387aa1a",
    "index member_roles_are_given_once": "b29ceb2efe975b5fbd6a761dd57ef6fc",
    "index members_by_email": "078a0190f1afdc71907f0381be82adb1",
    "index outbox_by_trade": "ea5cfa9d16a2faf6791581d9ca048f8d",
    "index outbox_waiting": "12d066e5ebe74dcd05682ef2a7002736",
    "index peer_keys_by_peer": "62e998cbfa90a7e8a75c2d994ce17af0",
    "index peer_nonces_by_age": "963d4347915415a0afdf8557240a1d9f",
    "index remote_trades_in_flight": "c6d6139557f7a22733f4f9a9f66f5d1c",
    "index remote_trades_refund_once": "4d97b57506e0015887b161e786d14591",
    "index trades_unposted_by_buyer": "8b2b6f58b0b4912e0b76f7294f21a6c5",
    "index trades_unposted_by_seller": "cc4cdb30ef4388a5110833410ef2dc59",
    "index trades_waiting": "c09c7e2d634e5e4ca56029c4fc9d31be",
    "index transfers_are_reversed_once": "70561a9f191d47d1c33bebb253a93458",
    "index transfers_post_a_trade_once": "43184bb76d5b481cfe6a879f68a76140",
    "table account_members": "911988eee7dfbcfbf6347beb9da941d9",
    "table accounts": "958d5fab9b6e1d6fd9bf736b7039dc29",
    "table acts": "51d8886906c5c913527a64b1aad544d1",
    "table alarms": "56e09aa08ec476c1aa6698ec6a255309",
    "table areas": "fb0db10b2aa98c6f71b6cb30e00b6018",
    "table checkpoints": "e859d47c4f8c963e901fa7d0273e3a57",
    "table clearing_entries": "9e95ec37f2c7807468dcbbd822dec178",
    "table entries": "8e85e5ae53d5426602e5a0e352b135d4",
    "table exchange": "caaac487c006e00954b525ee4fb52e22",
    "table hold_endings": "8ff7d30d1d2b60e09a49c19c59fcb9d0",
    "table hold_entries": "bbbd3522d44595a0e7b09b7c18efae22",
    "table holds": "ab09fa7a1c96b0604793154bc2dfca6f",
    "table invites": "c8dc71be7f16b8288de0a168af419226",
    "table levies": "01be77ca0519ac785d01db4b61d978a7",
    "table member_roles": "dc18e80277275b206e6135b91486bdbd",
    "table members": "6d15862b73f1ce15c7ee1dc78a6008cf",
    "table outbox": "e50d91d4ac5bbdf10af2a9b0604b01b3",
    "table passwords": "c7b09f657efb912fb64f7922f81113ab",
    "table peer_checkpoints": "404e6eec30bb5d15f7f536e2be5614d5",
    "table peer_keys": "4794608d36fd7e9169b8340fecae4ff5",
    "table peer_nonces": "801fc429c3d240960e47080f15b81f84",
    "table peers": "2cec635f46595fe01eee47292810d657",
    "table rates": "5362ea6d217c8006a5b8ba63ed337ae0",
    "table remote_trades": "ddf7491ed9e2d88cb18721b63e00a57f",
    "table requests": "28917f9a65127ee9ace3bcb56640c603",
    "table standings": "d22751934e8875fc21acdfa442718626",
    "table tokens": "6f3960a0f54e4282385a39603f591f5d",
    "table trades": "259ae5270bee764bd9c55a0c2367394e",
    "table transfers": "9246c14cb0c0972c1341e8cbc73c25a4",
    "trigger accounts_keep_their_number": "e2b8fccb9420513147cdadd3ecdc71cd",
    "trigger accounts_stay": "57369a0b4547d88c0f35ded3fa2781d1",
    "trigger acts_are_final": "331b66d5c107bcc8fbce75be35a61a14",
    "trigger acts_have_no_gap": "e5618c046d367765d465623e6af0df3f",
    "trigger acts_notes_are_only_erased": "5de71550ec9c789922f091fd6e8a28fe",
    "trigger acts_stay": "cffd7f4e38a88cc7197c8e792a273948",
    "trigger checkpoints_are_final": "de036a6b0c9f2ff727cfa038ccde2526",
    "trigger checkpoints_stay": "612525baece28d6ab53ed7b83b4a4e0f",
    "trigger clearing_entries_are_final": "29c4cf509ae93eeb517cb5804ae133d5",
    "trigger clearing_entries_stay": "5dc5924473024ba86f0b9ab92427bca4",
    "trigger entries_are_final": "2ee03bb458597efe941d1ae3e00d80ce",
    "trigger entries_belong_to_the_last_transfer": "455e6246b0a0d52f76e9b72386482114",
    "trigger entries_stay": "23fce71eec38bd829f2de216535454df",
    "trigger exchange_is_founded_once": "cec6d7359f3e2bc178fdb5686a2e4dc3",
    "trigger exchange_stays": "b45f8fe5875c881ca0a5c89567c4083a",
    "trigger hold_endings_are_final": "34dfd0e71676f256d0edf3aac22a5043",
    "trigger hold_endings_stay": "196d6af7d717a6310bbf64baacaf4d81",
    "trigger hold_entries_are_final": "3de6d494146be3bf559a1656a8a49e48",
    "trigger hold_entries_stay": "7d96929af589bfac6065adbd6b6bbb70",
    "trigger holds_are_final": "148537ad692388119c7032f4a0e48816",
    "trigger holds_stay": "973463de047b38611155de4f054e7c88",
    "trigger levies_are_final": "cae22510f9ffa534c43f5418caf338c1",
    "trigger levies_stay": "1a906344ca26be40d58e9791d4eb77ca",
    "trigger peer_checkpoints_are_final": "dbe8c70af58828e7316296a417b1f32f",
    "trigger peer_checkpoints_stay": "70bd25ac000eb4794e03f07ea46be182",
    "trigger rates_are_final": "57c9a5d7a31b9cbb49b09ac24ff629d9",
    "trigger rates_stay": "ee5dfdecbe077a4261a2dce22de366cb",
    "trigger remote_trades_are_decided_once": "531736b1343009513cf5cf5f2d641776",
    "trigger remote_trades_keep_their_order": "8410c0b4d62e6c364fc42b04fa8bc9af",
    "trigger remote_trades_stay": "5dfd52ecb9bca5b25a5af093a3114bb4",
    "trigger standings_stay": "b5da9d533f274f8401e8bdd60a6e23ef",
    "trigger trades_keep_their_facts": "2c16487149311f2c07d15aa022300426",
    "trigger trades_keep_their_levies": "7ea21a03d364f3f67c1aaa32159fb972",
    "trigger trades_stay": "6d09d49f2fca3666e15d00b703737e7d",
    "trigger trades_words_are_only_erased": "2a5e441720b5643dd7cbe371621f1fff",
    "trigger transfers_are_final": "022fa7dd43935a36dae378eb32d918ef",
    "trigger transfers_stay": "9b2edb5a40e36799f9640554ee918782",
}
_OBJECTS = """
SELECT type, name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'
AND (tbl_name <> '_sqlite_migrations' OR type NOT IN ('table', 'index'))
"""


def digests(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the digest of each table, trigger and index as the file has it."""
    return {
        f"{kind} {name}": hashlib.sha256(" ".join(sql.split()).encode()).hexdigest()[:32]
        for kind, name, sql in connection.execute(_OBJECTS)
    }


def compare(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Name what is missing, otherwise or too much; False if a table is not as it was.

    In such a table anything can lie, so nothing in the file is read further.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        sentence = f"the file is of version {version}; this audit knows version {VERSION}"
        findings.add(Fault.SCHEMA_VERSION, "sqlite_schema", "user_version", sentence)
    found, readable = digests(connection), True
    for name, digest in SHAPE.items():
        if found.get(name) == digest:
            continue
        readable &= not name.startswith("table ")
        code = Fault.SCHEMA_CHANGED if name in found else Fault.SCHEMA_MISSING
        sentence = "it is not as it was shipped" if name in found else "it is gone"
        findings.add(code, "sqlite_schema", name, sentence)
    for name in sorted(found.keys() - SHAPE.keys()):
        sentence = "it was not shipped with this program"
        findings.add(Fault.SCHEMA_UNKNOWN, "sqlite_schema", name, sentence)
    return readable
