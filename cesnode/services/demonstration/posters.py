"""What each community of the demonstration tells its members, in its language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cesnode.community.news import Audience
from cesnode.community.roles import Role

_SATURDAY, _SUNDAY, _TUESDAY, _THURSDAY, _FRIDAY = 5, 6, 1, 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """An announcement, and how many days before the end of the year it is made.

    The coordinator's is for the coordinator's area.
    """

    title: str
    text: str
    ago: int
    role: Role = Role.ADMIN
    audience: Audience = Audience.MEMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event on a weekday (Monday is 0), so many weeks from that of the visit on."""

    title: str
    place: str
    weekday: int
    begins: str
    ends: str
    text: str = ""
    weeks: int = 0
    role: Role = Role.ADMIN
    audience: Audience = Audience.MEMBERS


@dataclass(frozen=True, slots=True)
class Letter:
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    posters: tuple[Poster, ...]
    happenings: tuple[Happening, ...]
    letter: Letter


_OAKVALE = Board(
    posters=(
        Poster(
            title="The repair shed is open again",
            text="Every Thursday from four to seven, at the slipway.\n\n"
            "- bring the thing and its cable\n- tea is on the shed",
            ago=11,
            audience=Audience.PUBLIC,
        ),
        Poster(
            title="Mill Lane: slips by Friday, please",
            text="I do the books on Saturday morning. Put your slips through my door.",
            ago=4,
            role=Role.COORDINATOR,
        ),
        Poster(
            title="Who lends a gazebo for the market?",
            text="Ours has lost an argument with the wind. Two would be better than one.",
            ago=2,
            role=Role.MEMBERSHIP_SECRETARY,
        ),
    ),
    happenings=(
        Happening(
            title="Oakvale market",
            place="Village Hall",
            weekday=_SATURDAY,
            begins="10:00",
            ends="13:00",
            text="Stalls, soup and a table for those who are new. Children may sell, too.",
            audience=Audience.PUBLIC,
        ),
        Happening(
            title="An hour for new members",
            place="Village Hall, small room",
            weekday=_TUESDAY,
            begins="19:00",
            ends="20:00",
            weeks=1,
            text="How to put up an offering, and how to record a trade.",
            role=Role.MEMBERSHIP_SECRETARY,
        ),
        Happening(
            title="Mill Lane coffee",
            place="Mill Lane 9",
            weekday=_THURSDAY,
            begins="15:30",
            ends="17:00",
            weeks=1,
            role=Role.COORDINATOR,
        ),
        Happening(
            title="Yearly meeting",
            place="Village Hall",
            weekday=_FRIDAY,
            begins="18:30",
            ends="21:00",
            weeks=3,
            text="The year in figures, the levy, and who does what.\n\nBring a dish.",
        ),
    ),
    letter=Letter(
        "News from the lanes",
        "Dear neighbours,\n\nforty of us traded this year, and hardly a day went by"
        " without something.\n\n"
        "- **Wanted most:** lifts, bread, and somebody for the hedges\n"
        "- **New:** write to each other right here, and thank each other after a trade\n"
        "- **Next:** the market, and our yearly meeting\n\n"
        "If you have not been about for a while: put up one thing that you like doing."
        " Somebody is looking for it.\n\nPriya",
    ),
)
_VILA_NOVA = Board(
    posters=(
        Poster(
            title="A sala tem horário novo",
            text="Abrimos às terças e quintas, das 17h às 20h.\n\n"
            "- traga o que quiser trocar\n- há sempre chá",
            ago=11,
            audience=Audience.PUBLIC,
        ),
        Poster(
            title="Serra: folhas até sexta-feira",
            text="Passo as horas a limpo no sábado. Deixem as folhas na minha caixa.",
            ago=4,
            role=Role.COORDINATOR,
        ),
        Poster(
            title="Procuramos mesas para o encontro",
            text="Faltam quatro mesas e alguém com carrinha.",
            ago=2,
            role=Role.MEMBERSHIP_SECRETARY,
        ),
    ),
    happenings=(
        Happening(
            title="Encontro mensal",
            place="Largo da Junta",
            weekday=_SUNDAY,
            begins="15:00",
            ends="18:00",
            text="Trocas, lanche e música. Tragam um prato e um vizinho.",
            audience=Audience.PUBLIC,
        ),
        Happening(
            title="Uma hora para quem chega",
            place="Sala da Junta",
            weekday=_TUESDAY,
            begins="18:30",
            ends="19:30",
            weeks=1,
            text="Como publicar uma oferta e registar uma troca.",
            role=Role.MEMBERSHIP_SECRETARY,
        ),
        Happening(
            title="Fornada da Serra",
            place="Forno comunitário",
            weekday=_SATURDAY,
            begins="09:30",
            ends="12:00",
            weeks=1,
            role=Role.COORDINATOR,
        ),
        Happening(
            title="Assembleia geral",
            place="Sala da Junta",
            weekday=_FRIDAY,
            begins="20:30",
            ends="22:30",
            weeks=3,
            text="O ano em números, o contributo semestral e quem faz o quê.",
        ),
    ),
    letter=Letter(
        "Boletim de Vila Nova",
        "Olá a todos,\n\neste ano fomos quarenta, e quase não houve dia sem uma troca.\n\n"
        "- **Mais procurado:** companhia, boleias e mãos para a horta\n"
        "- **Novo:** já podem escrever uns aos outros aqui, e agradecer uma troca\n"
        "- **A seguir:** o encontro mensal e a assembleia\n\n"
        "Há muito que não aparece? Publique uma coisa que goste de fazer. Há quem a"
        " procure.\n\nMontserrat",
    ),
)
_AL_WAHA = Board(
    posters=(
        Poster(
            title="الديوان مفتوح كل يوم أحد",
            text="من الرابعة إلى السابعة مساء.\n\n- أحضروا ما تودون تبادله\n- الشاي علينا",
            ago=11,
            audience=Audience.PUBLIC,
        ),
        Poster(
            title="عين الماء: الأوراق قبل الخميس",
            text="أسجل الأوراق صباح الجمعة. ضعوها عند باب بيتي.",
            ago=4,
            role=Role.COORDINATOR,
        ),
        Poster(
            title="من يعيرنا خيمة للسوق؟",
            text="خيمتنا مزقتها الريح، وتكفينا واحدة صغيرة.",
            ago=2,
            role=Role.MEMBERSHIP_SECRETARY,
        ),
    ),
    happenings=(
        Happening(
            title="سوق الواحة",
            place="ساحة البلدة القديمة",
            weekday=_THURSDAY,
            begins="16:00",
            ends="19:00",
            text="بسطات وشاي وطاولة لمن هو جديد بيننا.",
            audience=Audience.PUBLIC,
        ),
        Happening(
            title="ساعة للأعضاء الجدد",
            place="ديوان الحي",
            weekday=_SUNDAY,
            begins="17:00",
            ends="18:00",
            weeks=1,
            text="كيف تعرض ما عندك، وكيف تسجل مبادلة.",
            role=Role.MEMBERSHIP_SECRETARY,
        ),
        Happening(
            title="تنظيف الساقية",
            place="عين الماء",
            weekday=_SATURDAY,
            begins="08:00",
            ends="11:00",
            weeks=1,
            role=Role.COORDINATOR,
        ),
        Happening(
            title="الاجتماع السنوي",
            place="ديوان الحي",
            weekday=_TUESDAY,
            begins="18:00",
            ends="20:30",
            weeks=3,
            text="حصيلة السنة، والاقتطاع، ومن يقوم بماذا.",
        ),
    ),
    letter=Letter(
        "رسالة الواحة",
        "جيراننا الأعزاء،\n\n"
        "كنا أربعين هذا العام، وقلّ أن مر يوم دون مبادلة.\n\n"
        "- **أكثر ما يُطلب:** التوصيل والخبز والعناية بالنخيل\n"
        "- **جديد:** تستطيعون أن تتراسلوا هنا، وأن تشكروا بعضكم بعد كل مبادلة\n"
        "- **قريبا:** السوق والاجتماع السنوي\n\n"
        "من لم نره منذ مدة فليعرض شيئا يحب عمله، فهناك من يبحث عنه.\n\nمريم",
    ),
)
BOARDS: Mapping[str, Board] = MappingProxyType(
    {"OAKV": _OAKVALE, "VILA": _VILA_NOVA, "WAHA": _AL_WAHA}
)
"""By the code of the community."""
