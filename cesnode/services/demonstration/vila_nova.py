"""Vila Nova: a time bank, where an hour is an hour; members give one twice a year."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from cesnode.community.exchange import National
from cesnode.community.roles import Role
from cesnode.community.rules import HouseRules
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.limits import Limits
from cesnode.ledger.money import Measure
from cesnode.services.demonstration.character import (
    Character,
    DatedRate,
    Lock,
    Person,
    Reasons,
    Service,
    Trust,
    Unit,
    Week,
)

_CENTRO = "Centro"
_RIBEIRA = "Ribeira"
_SERRA = "Serra"

_OLIVES = frozenset({10, 11, 12})
_WARM = frozenset({4, 5, 6, 7, 8, 9})

_SERVICES = {
    "crianças": Service(
        100, 400, 50, ("Tomar conta das crianças", "Levar os miúdos à escola, uma semana")
    ),
    "explicações": Service(
        100, 200, 25, ("Explicação de matemática", "Ajuda nos trabalhos de casa")
    ),
    "inglês": Service(100, 150, 25, ("Aula de inglês", "Conversação em inglês")),
    "português": Service(
        100, 150, 25, ("Aula de português", "Português para recém-chegados")
    ),
    "catalão": Service(100, 150, 25, ("Aula de catalão", "Conversa em catalão")),
    "horta": Service(
        100, 400, 50, ("Cavar a horta", "Regar nas férias", "Plantar tomateiros"), _WARM
    ),
    "azeitona": Service(
        200, 500, 50, ("Apanha da azeitona", "Varejar as oliveiras"), _OLIVES
    ),
    "cozinha": Service(
        100,
        350,
        25,
        ("Cozinhar para uma festa", "Bolo de aniversário", "Sopa para a semana"),
    ),
    "pão": Service(50, 150, 25, ("Fornada de pão", "Broa e pão de centeio")),
    "costura": Service(50, 250, 25, ("Bainhas das calças", "Arranjo de um casaco")),
    "cabelo": Service(50, 125, 25, ("Corte de cabelo", "Corte e barba")),
    "bicicletas": Service(50, 200, 25, ("Arranjo da bicicleta", "Afinar os travões")),
    "computadores": Service(
        50, 250, 25, ("Ajuda com o telemóvel", "Instalar o computador", "Fazer um cartaz")
    ),
    "canalização": Service(75, 300, 25, ("Torneira a pingar", "Desentupir o lava-loiça")),
    "pintura": Service(200, 600, 50, ("Pintar o quarto", "Caiar o muro")),
    "carpintaria": Service(100, 400, 25, ("Prateleiras montadas", "Porta aplainada")),
    "boleia": Service(50, 150, 25, ("Boleia ao hospital", "Boleia à estação")),
    "companhia": Service(
        50, 200, 25, ("Companhia à tarde", "Ir às compras com a vizinha", "Ler o jornal")
    ),
    "papéis": Service(50, 200, 25, ("Ajuda com o IRS", "Carta para a câmara")),
    "música": Service(75, 150, 25, ("Aula de guitarra", "Aula de concertina")),
    "ioga": Service(75, 150, 25, ("Aula de ioga", "Alongamentos ao ar livre")),
    "animais": Service(25, 150, 25, ("Passear o cão", "Tratar dos gatos nas férias")),
    "limpeza": Service(100, 300, 50, ("Limpeza da casa", "Lavar as janelas")),
    "oficina": Service(
        50,
        200,
        25,
        ("Torradeira arranjada", "Empréstimo de ferramentas", "Soldar um portão"),
    ),
    "sala": Service(100, 300, 50, ("Sala para um ensaio", "Sala para uma reunião")),
    "teatro": Service(50, 200, 50, ("Lugares para o teatro", "Oficina de teatro")),
    "tradução": Service(50, 250, 25, ("Tradução de uma carta", "Intérprete no centro")),
}

_PEOPLE = (
    Person("Joana Sequeira", _CENTRO, ("computadores",), role=Role.ADMIN, sign_in="joana"),
    Person(
        "Rui Tavares Pinto",
        _CENTRO,
        ("papéis", "boleia"),
        role=Role.TREASURER,
        sign_in="rui",
    ),
    Person(
        "Montserrat Puig",
        _RIBEIRA,
        ("catalão", "cozinha"),
        role=Role.MEMBERSHIP_SECRETARY,
        sign_in="montse",
    ),
    Person(
        "Conceição Amaral",
        _SERRA,
        ("pão", "costura"),
        role=Role.COORDINATOR,
        sign_in="conceicao",
    ),
    Person("Jordi Ferrer", _RIBEIRA, ("carpintaria",), role=Role.AUDITOR, sign_in="jordi"),
    Person(
        "Inês Magalhães", _CENTRO, ("inglês", "música"), sells=5, buys=5, sign_in="ines"
    ),
    Person("Núria Casals", _CENTRO, ("ioga", "catalão")),
    Person("António Brás", _SERRA, ("azeitona", "horta"), on_paper=True),
    Person(
        "Maria e Zé Lourenço",
        _SERRA,
        ("pão", "animais"),
        kind=AccountKind.JOINT,
        on_paper=True,
    ),
    Person("Deolinda Rocha", _SERRA, ("costura", "companhia"), on_paper=True),
    Person(
        "Junta da Ribeira",
        _RIBEIRA,
        ("sala",),
        kind=AccountKind.PUBLIC,
        trust=Trust(day=70, floor="-40", ceiling="120"),
    ),
    Person("Oficina do Largo", _CENTRO, ("oficina",), kind=AccountKind.COMPANY, sells=7),
    Person("Tiago Moreira", _RIBEIRA, ("bicicletas", "canalização"), sells=5),
    Person("Pau Vidal", _RIBEIRA, ("pintura", "música")),
    Person("Catarina Gouveia", _CENTRO, ("crianças", "explicações")),
    Person("Carles Soler", _RIBEIRA, ("horta", "carpintaria")),
    Person("Beatriz Nogueira", _CENTRO, ("cabelo",), sells=5),
    Person("Manuel Fragoso", _SERRA, ("azeitona", "boleia"), on_paper=True),
    Person("Mercè Roig", _RIBEIRA, ("companhia", "limpeza")),
    Person("Diogo Antunes", _CENTRO, ("computadores", "inglês"), sells=8, buys=2),
    Person("Fátima Oliveira", _RIBEIRA, ("cozinha", "limpeza"), buys=3),
    Person("Albert Riera", _SERRA, ("horta", "animais")),
    Person("Sílvia Prates", _CENTRO, ("português", "tradução")),
    Person("Nelson Semedo", _RIBEIRA, ("pintura", "boleia"), joins=12, buys=7, sells=3),
    Person(
        "Grupo de Teatro A Barca",
        _CENTRO,
        ("teatro",),
        kind=AccountKind.ORGANISATION,
        joins=21,
        buys=6,
    ),
    Person("Laia Torrents", _RIBEIRA, ("ioga", "crianças"), joins=28),
    Person("Vasco Quintela", _CENTRO, ("papéis",), joins=40),
    Person("Amélia Teixeira", _SERRA, ("pão", "companhia"), joins=52),
    Person(
        "Oriol Bosch",
        _RIBEIRA,
        ("bicicletas",),
        joins=63,
        trust=Trust(day=200, floor="-30"),
    ),
    Person("Graça Pimentel", _CENTRO, ("explicações", "costura"), joins=77),
    Person("Yara Évora", _RIBEIRA, ("cozinha", "português"), joins=91),
    Person("Олена Коваленко", _SERRA, ("canalização",), joins=109),
    Person("Roser Camps", _CENTRO, ("catalão", "tradução"), joins=124),
    Person(
        "Fábio Leitão",
        _CENTRO,
        ("limpeza",),
        joins=139,
        buys=8,
        sells=2,
        lock=Lock(
            day=318,
            reason="Emigrou sem deixar contacto. Fale com o Rui, o tesoureiro.",
        ),
    ),
    Person("Helena Cruz", _RIBEIRA, ("cabelo", "animais"), joins=158),
    Person("Gil Monteiro", _SERRA, ("horta", "oficina"), joins=180),
    Person("Anna Serrat", _CENTRO, ("música",), joins=203),
    Person("Ofélia Barreto", _SERRA, ("companhia",), joins=228, on_paper=True),
    Person("Duarte Vilhena", _RIBEIRA, ("computadores", "boleia"), joins=256),
    Person("Clàudia Planas", _CENTRO, ("crianças", "inglês"), joins=291),
)

VILA_NOVA = Character(
    code="VILA",
    name="Banco de Tempo de Vila Nova",
    slug="vilanova",
    unit=Unit(singular="hora", plural="horas", scale=2, measure=Measure.TIME),
    rates=(
        DatedRate(day=0, hour_value=Fraction(1), national=National("EUR", Fraction(1, 12))),
        DatedRate(
            day=185, hour_value=Fraction(1), national=National("EUR", Fraction(1, 14))
        ),
    ),
    rules=HouseRules(limits=Limits(-2_000, 5_000)),
    seasons=(8, 9, 10, 11, 11, 10, 7, 4, 10, 12, 11, 8),
    week=Week(market=6, rest=2),
    people=_PEOPLE,
    services=MappingProxyType(_SERVICES),
    work=Service(
        100,
        200,
        25,
        ("Boletim do mês", "Atendimento na agência", "Preparar o encontro mensal"),
    ),
    contribution=Service(100, 100, 25, ("Contributo semestral: uma hora para todos",)),
    reasons=Reasons(
        declined=("Foi uma oferta, não uma troca.", "Combinámos só uma hora."),
        objected=(
            "Foi uma hora, não duas.",
            "A aula não chegou a acontecer.",
            "Já tinha registado esta troca.",
        ),
        reversed=("Estamos de acordo: foi contada duas vezes.", "O trabalho ficou a meio."),
        mistaken=("Enganei-me na pessoa.", "Registado duas vezes.", "Horas a mais."),
    ),
)
