"""Al-Waha, the oasis: Arabic throughout, three decimals, a small levy on the seller."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

from cesnode.community.exchange import National
from cesnode.community.roles import Role
from cesnode.community.rules import HouseRules
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import Limits
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

_OLD_TOWN = "البلدة القديمة"
_PALMS = "حي النخيل"
_SPRING = "عين الماء"

_DATES = frozenset({8, 9, 10, 11})
_COOL = frozenset({11, 12, 1, 2, 3, 4})

_SERVICES = {
    "dates": Service(
        12_000, 45_000, 500, ("صندوق تمر", "كيلو تمر مجدول", "دبس التمر"), _DATES
    ),
    "bread": Service(4_000, 12_500, 250, ("خبز التنور", "خبز الصباح للأسبوع")),
    "olives": Service(10_000, 40_000, 500, ("زيتون مخلل", "زيت زيتون، قارورة")),
    "vegetables": Service(
        8_000, 30_000, 500, ("سلة خضار", "نعناع وبقدونس وبصل", "طماطم وخيار"), _COOL
    ),
    "eggs": Service(5_000, 9_000, 250, ("طبق بيض", "بيض بلدي")),
    "cooking": Service(
        30_000, 120_000, 2_500, ("غداء لضيوف", "كسكسي ليوم الجمعة", "حلويات العيد")
    ),
    "sewing": Service(10_000, 60_000, 1_000, ("تقصير ثوب", "خياطة ستائر", "إصلاح عباءة")),
    "embroidery": Service(25_000, 90_000, 2_500, ("تطريز وسادة", "شال مطرز")),
    "haircut": Service(12_000, 20_000, 500, ("حلاقة شعر", "حلاقة للأولاد")),
    "arabic": Service(25_000, 30_000, 500, ("درس في اللغة العربية", "درس خط عربي")),
    "french": Service(25_000, 30_000, 500, ("درس في الفرنسية", "محادثة بالفرنسية")),
    "maths": Service(20_000, 37_500, 500, ("درس رياضيات", "تحضير لامتحان الثانوية")),
    "quran": Service(12_500, 25_000, 500, ("حلقة تجويد", "تحفيظ للأطفال")),
    "children": Service(25_000, 75_000, 2_500, ("رعاية الأطفال", "حضانة يومين")),
    "computers": Service(20_000, 75_000, 500, ("إصلاح حاسوب", "ضبط الهاتف", "تصميم إعلان")),
    "plumbing": Service(20_000, 90_000, 500, ("إصلاح صنبور", "تركيب سخان ماء")),
    "electricity": Service(20_000, 80_000, 500, ("تمديد كهرباء", "إصلاح مروحة")),
    "palms": Service(
        30_000, 100_000, 2_500, ("تلقيح النخل", "تقليم النخيل"), frozenset({2, 3, 4, 5})
    ),
    "building": Service(50_000, 150_000, 5_000, ("ترميم جدار طيني", "طلاء غرفة")),
    "lift": Service(7_500, 30_000, 500, ("توصيل إلى المستشفى", "توصيل إلى المحطة")),
    "carpets": Service(40_000, 150_000, 5_000, ("سجادة صغيرة", "غسل السجاد")),
    "pottery": Service(15_000, 55_000, 500, ("جرة ماء", "طقم أكواب فخار")),
    "medicine": Service(10_000, 40_000, 500, ("أعشاب وزيت حبة البركة", "تدليك للظهر")),
    "shop": Service(6_500, 70_000, 125, ("مواد غذائية", "عدس وأرز وسكر", "شاي وقهوة وهيل")),
    "hall": Service(30_000, 90_000, 5_000, ("استعمال قاعة الديوان", "قاعة لحفل خطوبة")),
    "water": Service(10_000, 35_000, 500, ("حصة ماء من الساقية", "تنظيف الساقية")),
    "letters": Service(10_000, 35_000, 500, ("كتابة طلب للبلدية", "ترجمة رسالة")),
    "women": Service(15_000, 60_000, 500, ("سلال من سعف النخيل", "صابون بزيت الزيتون")),
}

_PEOPLE = (
    Person("ليلى المنصوري", _OLD_TOWN, ("computers",), role=Role.ADMIN, sign_in="layla"),
    Person("يوسف الحداد", _OLD_TOWN, ("letters",), role=Role.TREASURER, sign_in="yusuf"),
    Person(
        "مريم الزهراني",
        _PALMS,
        ("arabic", "cooking"),
        role=Role.MEMBERSHIP_SECRETARY,
        sign_in="maryam",
    ),
    Person(
        "الحاج إبراهيم الطيب",
        _SPRING,
        ("palms", "dates"),
        role=Role.COORDINATOR,
        sign_in="ibrahim",
    ),
    Person("سعاد بن علي", _PALMS, ("french",), role=Role.AUDITOR, sign_in="suad"),
    Person("نور القاسمي", _OLD_TOWN, ("pottery", "sewing"), sells=5, buys=5, sign_in="nur"),
    Person(
        "دكان الواحة",
        _OLD_TOWN,
        ("shop",),
        kind=AccountKind.COMPANY,
        sells=9,
        buys=8,
        trust=Trust(day=110, floor="-1500", ceiling="6000"),
    ),
    Person(
        "ديوان الحي",
        _OLD_TOWN,
        ("hall",),
        kind=AccountKind.PUBLIC,
        trust=Trust(day=65, floor="-1500", ceiling="5000"),
    ),
    Person("خديجة العمري", _SPRING, ("bread", "eggs"), on_paper=True),
    Person("سالم البدوي", _SPRING, ("vegetables", "palms"), on_paper=True),
    Person(
        "عمر وزينب الشريف",
        _SPRING,
        ("dates", "olives"),
        kind=AccountKind.JOINT,
        on_paper=True,
    ),
    Person("حسن النجار", _PALMS, ("building",), sells=5),
    Person("فاطمة الكتبي", _PALMS, ("embroidery", "sewing")),
    Person("طارق الفاسي", _OLD_TOWN, ("electricity", "plumbing"), sells=5),
    Person("عائشة المرزوقي", _OLD_TOWN, ("children", "cooking")),
    Person("بلال حمدان", _PALMS, ("lift", "computers"), buys=7, sells=3),
    Person("رقية السوسي", _SPRING, ("carpets",), on_paper=True),
    Person("مصطفى الراشد", _OLD_TOWN, ("maths", "french"), sells=8, buys=2),
    Person("هدى الأنصاري", _PALMS, ("quran", "arabic")),
    Person("جمال العطار", _OLD_TOWN, ("medicine",)),
    Person("سلمى درويش", _PALMS, ("bread", "olives")),
    Person("عبد الرحمن الساعدي", _SPRING, ("water", "vegetables"), sells=5),
    Person(
        "جمعية نساء الواحة",
        _PALMS,
        ("women", "embroidery"),
        kind=AccountKind.ORGANISATION,
        sells=6,
        buys=5,
    ),
    Person(
        "نادي شباب النخيل",
        _PALMS,
        ("water", "building"),
        kind=AccountKind.ORGANISATION,
        joins=18,
        buys=5,
    ),
    Person("إدريس الوزاني", _OLD_TOWN, ("haircut",), joins=23, sells=5),
    Person("آمنة الجابري", _PALMS, ("cooking", "eggs"), joins=31),
    Person("كريم بوزيد", _OLD_TOWN, ("plumbing", "lift"), joins=44),
    Person("شيماء الخطيب", _PALMS, ("maths", "children"), joins=58),
    Person("ماجد العنزي", _SPRING, ("palms",), joins=66),
    Person("لطيفة بنجلون", _OLD_TOWN, ("sewing", "embroidery"), joins=81),
    Person(
        "وليد الصباغ",
        _OLD_TOWN,
        ("building",),
        joins=95,
        trust=Trust(day=215, floor="-1100"),
    ),
    Person("حليمة التونسي", _SPRING, ("bread", "dates"), joins=112),
    Person("سمير الأطرش", _PALMS, ("arabic",), joins=128),
    Person("نجاة المغربي", _OLD_TOWN, ("carpets", "pottery"), joins=143),
    Person(
        "زياد الحلبي",
        _PALMS,
        ("electricity",),
        joins=161,
        buys=8,
        sells=2,
        lock=Lock(day=319, reason="سافر ولم يترك عنوانا. يرجى الاتصال بيوسف أمين الصندوق."),
    ),
    Person("رانيا الأيوبي", _PALMS, ("children", "french"), joins=185),
    Person("عثمان الدرعي", _SPRING, ("water", "eggs"), joins=209, on_paper=True),
    Person("هالة النابلسي", _OLD_TOWN, ("medicine", "cooking"), joins=234),
    Person("ياسين العلوي", _PALMS, ("computers", "letters"), joins=262),
    Person("دعاء الشامي", _OLD_TOWN, ("quran", "haircut"), joins=295),
)

AL_WAHA = Character(
    code="WAHA",
    name="سوق الواحة للتبادل",
    slug="alwaha",
    unit=Unit(singular="تمرة", plural="تمرات", scale=3),
    rates=(
        DatedRate(day=0, hour_value=Fraction(20), national=National("MAD", Fraction(1, 2))),
        DatedRate(
            day=178, hour_value=Fraction(25), national=National("MAD", Fraction(5, 8))
        ),
    ),
    rules=HouseRules(
        limits=Limits(-750_000, 2_500_000), levy=Levy(seller=Rate(share=10_000))
    ),
    seasons=(9, 10, 11, 9, 8, 6, 4, 5, 10, 12, 11, 10),
    week=Week(market=3, rest=4),
    people=_PEOPLE,
    services=MappingProxyType(_SERVICES),
    work=Service(
        12_500, 25_000, 500, ("دفتر الحسابات لهذا الشهر", "تنظيم السوق", "كتابة النشرة")
    ),
    reasons=Reasons(
        declined=("ظننتها هدية.", "اتفقنا على أقل من ذلك.", "لم أطلب هذا."),
        objected=("كانت ساعة واحدة لا ساعتين.", "لم يصل البيض.", "سجلت هذه من قبل."),
        reversed=("اتفق الطرفان على أنها سجلت مرتين.", "لم يكتمل العمل."),
        mistaken=("اخترت الشخص الخطأ، عذرا.", "سجلت مرتين.", "صفر زائد."),
    ),
)
