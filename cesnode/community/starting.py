"""The categories a market may begin with; each exchange then makes them its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cesnode.errors import N_

CATEGORIES: Mapping[str, tuple[str, Sequence[str]]] = MappingProxyType(
    {
        N_("Food and drink"): (
            "🍞",
            (
                N_("Baking"),
                N_("Meals"),
                N_("Preserves and honey"),
                N_("Fruit and vegetables"),
            ),
        ),
        N_("Garden and animals"): (
            "🌱",
            (N_("Gardening"), N_("Plants and seeds"), N_("Looking after animals")),
        ),
        N_("House and repairs"): (
            "🔧",
            (N_("Repairs"), N_("Building"), N_("Cleaning"), N_("Moving house")),
        ),
        N_("Lifts and transport"): ("🚲", (N_("Lifts"), N_("Carrying things"))),
        N_("Care and company"): (
            "🤝",
            (
                N_("Looking after children"),
                N_("Visits and errands"),
                N_("Help for older people"),
            ),
        ),
        N_("Health and body"): (
            "🌿",
            (N_("Massage"), N_("Movement"), N_("Hair and skin")),
        ),
        N_("Lessons and learning"): (
            "📚",
            (N_("Languages"), N_("Music lessons"), N_("School help"), N_("Crafts")),
        ),
        N_("Computers and telephones"): (
            "💻",
            (N_("Help with computers"), N_("Websites")),
        ),
        N_("Letters and offices"): ("✉️", (N_("Forms and letters"), N_("Translating"))),
        N_("Art and festivities"): (
            "🎶",
            (N_("Music"), N_("Pictures"), N_("Festivities")),
        ),
        N_("Clothes and sewing"): ("🧵", (N_("Clothes"), N_("Mending and sewing"))),
        N_("Things to lend"): (
            "🔑",
            (N_("Tools to lend"), N_("Rooms"), N_("Vehicles to lend")),
        ),
        N_("Things to have"): (
            "📦",
            (N_("Furniture"), N_("Books and toys"), N_("Second hand")),
        ),
        N_("Other"): ("✨", ()),
    }
)
"""For each category its sign and its subcategories, in English."""
