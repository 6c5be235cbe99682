"""What one node may ask of another: the whole list, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from federation import bodies, groups
from federation.discovery import BASE
from federation.moves import Moved
from federation.peering import Need
from federation.wire import NODE, UUID, UUID7

SMALL = 64 * 1024
LARGE = 1024 * 1024

PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "trade_id": UUID7,
        "request_id": UUID7,
        "dispute_id": UUID7,
        "settlement_id": UUID7,
        "setoff_id": UUID7,
        "peering_id": "[A-Za-z0-9._-]{1,64}",
        "group_id": UUID,
        "debtor": NODE,
        "creditor": NODE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method and path, what goes in, and how much may come and go."""

    name: str
    method: str
    path: str
    need: Need
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    cap: int = SMALL
    answer_cap: int = SMALL

    def path_with(self, **parameters: str) -> str:
        """Return the path, from the root, of one thing."""
        return BASE + self.path.format_map(parameters)


PEERING_REQUEST = Endpoint(
    name="peering_request",
    method="POST",
    path="/peerings",
    need=Need.TALK,
    body=bodies.PeeringRequest,
)
PEERING_READ = Endpoint(
    name="peering_read", method="GET", path="/peerings/{peering_id}", need=Need.TALK
)
PEERING_TERMS = Endpoint(
    name="peering_terms",
    method="PUT",
    path="/peerings/{peering_id}",
    need=Need.TALK,
    body=bodies.Terms,
)
PEERING_PAUSE = Endpoint(
    name="peering_pause",
    method="POST",
    path="/peerings/{peering_id}/pause",
    need=Need.TALK,
    body=bodies.Pause,
)
QUOTE = Endpoint(
    name="quote",
    method="POST",
    path="/quotes",
    need=Need.BEGIN,
    body=bodies.QuoteRequest,
)
# A paused peering still answers the repeat of an order it has decided; whether a new
# order may begin is for the node to say, in the transaction that would begin it.
PREPARE = Endpoint(
    name="prepare",
    method="PUT",
    path="/trades/{trade_id}",
    need=Need.FINISH,
    body=bodies.Prepare,
)
PREPARE_BATCH = Endpoint(
    name="prepare_batch",
    method="POST",
    path="/trades",
    need=Need.FINISH,
    body=bodies.PrepareBatch,
    cap=LARGE,
    answer_cap=LARGE,
)
TRADE_READ = Endpoint(
    name="trade_read", method="GET", path="/trades/{trade_id}", need=Need.TALK
)
CANCEL = Endpoint(
    name="cancel",
    method="POST",
    path="/trades/{trade_id}/cancel",
    need=Need.FINISH,
    body=bodies.Cancel,
)
RESULT = Endpoint(
    name="result",
    method="POST",
    path="/trades/{trade_id}/result",
    need=Need.FINISH,
    body=bodies.Decision,
)
FORCED_VOID = Endpoint(
    name="forced_void",
    method="POST",
    path="/trades/{trade_id}/forced-void",
    need=Need.FINISH,
    body=bodies.Forced,
)
TRADE_REQUEST = Endpoint(
    name="trade_request",
    method="POST",
    path="/trade-requests",
    need=Need.BEGIN,
    body=bodies.TradeRequest,
)
TRADE_REQUEST_DECLINE = Endpoint(
    name="trade_request_decline",
    method="POST",
    path="/trade-requests/{request_id}/decline",
    need=Need.FINISH,
    body=bodies.Declined,
)
CHAIN = Endpoint(
    name="chain",
    method="GET",
    path="/chains/{debtor}/{creditor}",
    need=Need.TALK,
    query=bodies.ChainQuery,
    answer_cap=LARGE,
)
CHAIN_NEWS = Endpoint(
    name="chain_news",
    method="POST",
    path="/chains/{debtor}/{creditor}",
    need=Need.TALK,
    body=bodies.ChainHead,
)
CHECKPOINT = Endpoint(
    name="checkpoint",
    method="POST",
    path="/checkpoints",
    need=Need.TALK,
    body=bodies.Checkpoint,
)
SETTLEMENT = Endpoint(
    name="settlement",
    method="POST",
    path="/settlements",
    need=Need.FINISH,
    body=bodies.SettlementNotice,
)
SETTLEMENT_DECLINE = Endpoint(
    name="settlement_decline",
    method="POST",
    path="/settlements/{settlement_id}/decline",
    need=Need.FINISH,
    body=bodies.Declined,
)
SETOFF_DEBTS = Endpoint(
    name="setoff_debts",
    method="GET",
    path="/setoffs",
    need=Need.FINISH,
    answer_cap=LARGE,
)
SETOFF = Endpoint(
    name="setoff",
    method="POST",
    path="/setoffs",
    need=Need.FINISH,
    body=bodies.SetoffPaper,
)
SETOFF_ACCEPT = Endpoint(
    name="setoff_accept",
    method="POST",
    path="/setoffs/{setoff_id}/accept",
    need=Need.TALK,
    body=bodies.SetoffPaper,
)
SETOFF_BUNDLE = Endpoint(
    name="setoff_bundle",
    method="POST",
    path="/setoffs/{setoff_id}/bundle",
    need=Need.TALK,
    body=bodies.SetoffPaper,
)
SETOFF_ABORT = Endpoint(
    name="setoff_abort",
    method="POST",
    path="/setoffs/{setoff_id}/abort",
    need=Need.TALK,
    body=bodies.SetoffPaper,
)
DISPUTE = Endpoint(
    name="dispute",
    method="POST",
    path="/disputes",
    need=Need.TALK,
    body=bodies.Dispute,
)
DISPUTE_CHANGE = Endpoint(
    name="dispute_change",
    method="PATCH",
    path="/disputes/{dispute_id}",
    need=Need.TALK,
    body=bodies.DisputeChange,
)
MESSAGE = Endpoint(
    name="message",
    method="POST",
    path="/messages",
    need=Need.BEGIN,
    body=bodies.Note,
)
KEY_ROTATE = Endpoint(
    name="key_rotate",
    method="POST",
    path="/keys/rotate",
    need=Need.TALK,
    body=bodies.Rotation,
)
NODE_MOVE = Endpoint(
    name="node_move",
    method="POST",
    path="/moves",
    need=Need.TALK,
    body=Moved,
)
PING = Endpoint(name="ping", method="GET", path="/ping", need=Need.TALK)
DIRECTORY = Endpoint(
    name="directory", method="GET", path="/directory", need=Need.TALK, answer_cap=LARGE
)
OFFERS = Endpoint(
    name="offers",
    method="GET",
    path="/offers",
    need=Need.FINISH,
    query=bodies.OffersQuery,
    answer_cap=LARGE,
)
GROUPS = Endpoint(
    name="groups",
    method="GET",
    path="/groups",
    need=Need.FINISH,
    query=groups.CardsQuery,
    answer_cap=LARGE,
)
# Whoever goes, or takes words back, is heard as long as the two talk at all; whether
# something new may begin is for the group's home to say.
GROUP_WISH = Endpoint(
    name="group_wish",
    method="POST",
    path="/groups/{group_id}/wishes",
    need=Need.TALK,
    body=groups.Wish,
)
GROUP_SEAT = Endpoint(
    name="group_seat",
    method="POST",
    path="/groups/{group_id}/seats",
    need=Need.TALK,
    body=groups.Seating,
)
GROUP_LOG = Endpoint(
    name="group_log",
    method="GET",
    path="/groups/{group_id}/log",
    need=Need.FINISH,
    query=groups.LogQuery,
    answer_cap=LARGE,
)
GROUP_NEWS = Endpoint(
    name="group_news",
    method="POST",
    path="/groups/{group_id}/log",
    need=Need.FINISH,
    body=groups.Head,
)

ENDPOINTS = (
    PEERING_REQUEST,
    PEERING_READ,
    PEERING_TERMS,
    PEERING_PAUSE,
    QUOTE,
    PREPARE,
    PREPARE_BATCH,
    TRADE_READ,
    CANCEL,
    RESULT,
    FORCED_VOID,
    TRADE_REQUEST,
    TRADE_REQUEST_DECLINE,
    CHAIN,
    CHAIN_NEWS,
    CHECKPOINT,
    SETTLEMENT,
    SETTLEMENT_DECLINE,
    SETOFF_DEBTS,
    SETOFF,
    SETOFF_ACCEPT,
    SETOFF_BUNDLE,
    SETOFF_ABORT,
    DISPUTE,
    DISPUTE_CHANGE,
    MESSAGE,
    KEY_ROTATE,
    NODE_MOVE,
    PING,
    DIRECTORY,
    OFFERS,
    GROUPS,
    GROUP_WISH,
    GROUP_SEAT,
    GROUP_LOG,
    GROUP_NEWS,
)
