"""Words for sign-in cards: short, common, easy to say on the telephone and to type.

Each list has 128 words, of which no two are the same without accents or capitals.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from cesnode.community.languages import SOURCE

COUNT = 3
SIZE = 128

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        language: tuple(words.split())
        for language, words in {
            "en": """
                acorn anchor apple apron autumn bacon bag ball basket bean bell berry bird
                blanket boat bottle bread bridge broom bucket butter button cabin cake
                candle carrot castle cat chair cheese cherry chimney clock cloud coat coffee
                corner cow cradle cup curtain daisy dance desk dinner dog door drum duck egg
                elbow feather fence field finger fish flag flour flower forest fork fox
                garden gate ginger glass glove goat grape guitar hammer harbor hat hedge
                hill honey horse island jacket jam kettle key kitchen ladder lake lamp
                lantern leaf lemon letter linen map market meadow melon milk mirror moon
                morning mountain mouse needle nest oak olive onion orange oven paper pear
                pencil pillow pocket pond potato pumpkin rabbit rain river roof rose salt
                school sheep silver spoon table window
            """,
            "es": """
                abeja abrigo abuela aceite agua aguja alfombra almendra amigo ancla anillo
                arena arroz avena azul banco barco barro bosque bota botella brazo burro
                caballo cabra caja calle cama camino campana campo canasta canto carta casa
                cebolla cereza cesta cielo ciruela clavo cocina conejo copa corcho cuchara
                cuento cuerda dedo diente dulce escalera escoba escuela espejo estrella
                falda farol faro flor fresa fuego fuente gallina gato globo guitarra harina
                hierba higo hilo hoja horno huerto huevo isla jabón jardín jarra lago lana
                leche lechuga libro limón llave lluvia luna madera manta manzana mapa mar
                martillo melón mesa miel monte mosca naranja nido nieve nube nuez olivo
                oveja pan papel patio pera perro piedra pino plato playa pluma puente puerta
                queso rama rana río rosa sol tierra tomate uva vela
            """,
            "ca": """
                abella abric agulla aigua ala albercoc amic ametlla ànec anell arbre arena
                argila arròs avet avi avió banc barca barret bastó blat boira bolet bosc
                bota braç cabra cadira caixa camí camisa camp campana canya capsa carbassa
                carrer carta casa castanya catifa cavall ceba cel cendra cérvol cirera
                cistell civada clau cloca coixí colom conill conte copa corda cotó coure
                cuina dansa dent dit dolç drap escala escola escombra espelma estel estiu
                faldilla far farina fira flor foc foguera font forn fulla gall gat gel gerra
                girasol gota guitarra herba hivern hort illa jardí lleó llana lledó llet
                llibre lligall llimona lluna mà maduixa manta mar martell mel meló mercat
                mirall molí mongeta mur nas neu niu núvol nou oli oliva ou paella pa paper
                pedra pera pes
            """,
            "fr": """
                abeille agneau aiguille aile amande ami ancre âne anneau arbre argile
                armoire avoine balai balle banc barque bateau berger beurre bois boîte botte
                bouche bougie bouteille bras brebis brume cadeau café cahier canard carotte
                carte cave cerise chaise chapeau chat chemin cheval chèvre ciel citron clé
                cloche clou coq corde coton coude cour cuillère cuivre danse dent doigt drap
                école écorce église encre épice étoile farine fenêtre ferme feu feuille
                figue fil fleur foin fontaine forêt four fraise fromage gant gare gâteau
                genou girafe gomme goutte grange guitare haie herbe hibou hiver huile jardin
                jupe lac laine lait lampe lapin lettre lièvre livre lune main maison marché
                marteau melon mer miel miroir montagne mouton mur neige nid noix nuage œuf
                oignon olive orange ours pain panier papier pêche
            """,
            "pt": """
                abelha abóbora água agulha algodão alho amêndoa amigo âncora anel areia
                arroz árvore asa aveia avó azeite baile balde banco barco barro batata bico
                boca bola bolo bosque bota braço burro cabra cadeira caixa cama caminho
                camisa campo caneta carta casa castanha cavalo cebola cereja cesto céu chá
                chapéu chave chuva cidade coelho colher copo corda couve cozinha dança dedo
                dente doce escada escola espelho estrela faca farinha farol feijão figo fio
                flor floresta fogo folha fonte forno galinha garfo garrafa gato gelo
                guitarra hora horta ilha inverno janela jardim jarro joelho lã lago lâmpada
                laranja leite limão linho livro lua maçã manta mapa mar martelo mel melão
                mesa milho moinho monte morango neve ninho noz nuvem olho ovelha ovo palha
                panela pão papel parede pato pedra peixe
            """,
            "de": """
                Abend Acker Adler Ampel Anker Apfel Apfelbaum Arm Ast Bach Ball Bank Baum
                Becher Beere Berg Besen Bett Biene Bild Birne Blatt Blume Bohne Boot Brief
                Brille Brot Brücke Brunnen Buch Butter Dach Dorf Eiche Eimer Ente Erbse Erde
                Esel Eule Faden Feder Feld Fenster Feuer Finger Fisch Flasche Fluss Frosch
                Fuchs Gabel Gans Garten Gitarre Glas Glocke Gras Gurke Hafen Hafer Hahn
                Hammer Hand Hase Haus Hecke Hemd Herbst Herd Heu Himmel Holz Honig Huhn Hund
                Hut Igel Insel Jacke Kaffee Kamin Kanne Karte Kartoffel Käse Katze Kerze
                Kessel Kette Kirsche Kissen Kleid Knopf Koffer Korb Kreis Krug Küche Kuchen
                Kuh Lampe Laub Leiter Licht Linde Löffel Mantel Markt Mauer Maus Meer Mehl
                Milch Mond Morgen Mühle Nadel Nest Nuss Ofen Papier Pfad Pferd Pilz Regen
                Rose
            """,
            "ar": """
                أرض أرنب أرز إبرة إبريق بحر بحيرة برتقال برج بستان بصل بطة بطيخ بقرة بلبل
                بيت بيضة باب تاج تبن تراب تفاح تل تمر تين ثلج ثوب ثوم جبل جبن جدار جرس جزر
                جزيرة جسر جمل جوز حبل حجر حديقة حذاء حصان حقل حليب حمامة خبز خروف خريف خشب
                خوخ خيار خيط خيمة دار درب درج دفتر دلو ديك ذهب رسالة رمان رمل ريح ريشة زبدة
                زجاج زرع زهرة زيت زيتون ساعة سحاب سرير سفينة سكر سلة سلم سماء سمك سنبلة سوق
                شاطئ شاي شباك شتاء شجرة شمس شمعة صابون صباح صحن صخرة صندوق صوف صيف طاولة طبل
                طحين طريق عسل عصفور عنب غابة غزال فانوس فجر فراشة فرن قارب قلم قمر قمح كتاب
                كرسي لوز ليمون مرآة مطر مفتاح ملح نافذة نجمة نحلة نخلة نهر هلال ورد
            """,
        }.items()
    }
)


def draw(language: str) -> tuple[str, ...]:
    """Draw the words of a card; where a language has no list, from the English one."""
    words = WORDS.get(language, WORDS[SOURCE.code])
    return tuple(secrets.choice(words) for _ in range(COUNT))


def key(text: str) -> str:
    """Return words as they are compared: without accents, capitals and what separates."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (each if each.isalnum() else " " for each in plain if not _is_accent(each))
    return " ".join("".join(letters).split())


def _is_accent(character: str) -> bool:
    return unicodedata.category(character) == "Mn"
