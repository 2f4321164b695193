"""Courses of both programmes: a few lessons, a quiz and a simulation each; somebody is certified, somebody is under way."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from enablement.actions.attempts import begin_attempt, choose, hand_in, questions_of, scenes_of
from enablement.actions.courses import create_course, publish_course
from enablement.actions.lessons import save_lesson, save_question, save_scene
from enablement.actions.participations import ask_to_take, begin_course, finish_lesson
from enablement.actions.paths import add_to_path, save_path
from enablement.models import Attempt, Certificate, Course, CourseVersion, Participation, Scene
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Certification, Contact, PartnerCertification, Product

# A question: its kind, its words, its options (a star marks what is right) or its number, and what to repeat.
Asked = tuple[str, str, list[str] | int, str]


@dataclass(frozen=True)
class CoursePlan:
    title: str
    summary: str
    certification: tuple[str, str]
    functions: list[str]
    texts: list[tuple[str, str]]
    questions: list[Asked]
    talk: str
    situation: str
    good: tuple[str, str, str]
    bad: tuple[str, str, str]


CURRENT = CoursePlan(
    "Selling Current",
    "You find the customers whom streaming helps, and leave the others alone.",
    ("current-seller", "Current Certified Seller"),
    ["sales"],
    [
        (
            "Whom it helps",
            "Current moves events between systems **while they happen**.\n\nIt helps where\n\n"
            "* stock changes in many branches at once,\n"
            "* a machine reports more often than once a minute,\n* two systems have to agree within a second.\n\n"
            "It does not help where a nightly file is enough. Say so: a customer who buys it for that leaves after a year.",
        ),
        (
            "What an order needs",
            "One engineer with the certificate **Current Certified Engineer**, and a region. Version 1.0 runs in one region; "
            "1.1 adds a second one.\n\nPromise no date for 1.1 before it is announced.",
        ),
    ],
    [
        (
            "one",
            "A baker with 40 shops orders flour by a nightly file and is content. What do you do?",
            ["Leave it as it is*", "Offer Current with ten percent off", "Offer a pilot"],
            "Where a nightly file is enough, Current does not help.",
        ),
        (
            "several",
            "What does an order of Current need?",
            ["A certified engineer*", "A region*", "A second data centre"],
            "An order needs one certified engineer and a region.",
        ),
        ("number", "In how many regions does version 1.0 run?", 1, "Version 1.0 runs in one region."),
        (
            "order",
            "In which order do you go?",
            ["Ask what changes, and how often", "Show it with their data", "Write the offer"],
            "First you ask. Who shows first shows the wrong thing.",
        ),
        (
            "one",
            "A customer asks when 1.1 comes. What do you say?",
            ["That it is announced, and no date*", "Next quarter", "In four weeks"],
            "Promise no date before it is announced.",
        ),
    ],
    "The call about the price",
    "A retailer with 120 branches rings: “The other one is twelve percent cheaper. What do you do?”",
    (
        "Ask how often their stock changes",
        "They tell you of empty shelves each Saturday.",
        "They ask you to show it with their own data.",
    ),
    ("Give twelve percent", "They wonder what the price was worth before.", "A week later they ask for twelve percent more."),
)
LABEL = CoursePlan(
    "The label of KQS 4.1",
    "You print the new label, check it, and know what happens at the gate.",
    ("kqs-label", "KQS 4.1 Label"),
    ["quality"],
    [
        (
            "What is on it",
            "Part number, batch and **date of production**, as a code and in letters.\n\n"
            "The code is 2D. Letters are at least 3 mm high.",
        ),
        (
            "What happens at the gate",
            "Each pallet is scanned. One that cannot be read goes back the same day, at the sender's cost.",
        ),
    ],
    [
        (
            "several",
            "What does the label say?",
            ["Part number*", "Batch*", "Date of production*", "Price"],
            "Part number, batch and date.",
        ),
        ("number", "How many millimetres high are its letters at least?", 3, "At least 3 mm."),
        (
            "one",
            "A pallet cannot be read. What happens?",
            ["It goes back the same day*", "It is relabelled", "Nothing"],
            "It goes back the same day, at the sender's cost.",
        ),
        (
            "order",
            "In which order do you begin?",
            ["Print a trial", "Scan it yourselves", "Send a trial pallet", "Change all lines"],
            "Nobody changes all lines before a trial pallet was read.",
        ),
    ],
    "The printer fails",
    "It is Friday, four o'clock. The printer makes stripes, and a lorry waits.",
    (
        "Print on the second printer and scan one",
        "It reads at once.",
        "The lorry leaves twenty minutes late, and every pallet is taken.",
    ),
    (
        "Send it, the stripes are thin",
        "At the gate three of eight pallets cannot be read.",
        "They come back on Monday, at your cost.",
    ),
)
PATH = ("From first talk to order", "What a seller of the Lumenvale network needs, in an order that makes sense.")
CERTIFIED_DAYS_AGO = 40


def teach(worlds: dict[str, World], managers: dict[str, User]) -> None:
    network, suppliers = worlds[vendor.PROGRAMME.key], worlds[carmaker.PROGRAMME.key]
    current = Product.objects.filter(programme=network.programme, name="Lumenvale Current", version="1.0").first()
    selling = _write(CURRENT, network, managers["author"], product=current, stage="sell")
    label = _write(LABEL, suppliers, managers["pavel"])
    path = save_path(
        by=managers["author"], programme=network.programme, title=PATH[0], summary=PATH[1], functions=["sales"], stage="sell",
        is_shown=True,
    )  # fmt: skip
    add_to_path(path, selling, by=managers["author"])
    with as_of(dates.days_ago(CERTIFIED_DAYS_AGO)):
        _pass(selling, Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER))
        _pass(label, _colleague(suppliers, "supplier@demo.example"))
    with as_of(dates.days_ago(3)):
        _begin(selling, Contact.objects.get(email="member@demo.example"), managers["manager"])
        _begin(label, Contact.objects.get(email="supplier@demo.example"), managers["pavel"])


def _colleague(world: World, address: str) -> Contact:
    known = Contact.objects.get(email=address)
    return Contact.objects.current().filter(partner=known.partner_id).exclude(pk=known.pk).order_by("pk").first() or known


def _write(plan: CoursePlan, world: World, by: User, **fields) -> Course:
    key, name = plan.certification
    with as_of(dates.days_ago(70)):
        course = create_course(
            by=by, title=plan.title, summary=plan.summary, programme=world.programme, functions=plan.functions, valid_months=24,
            certification=Certification.objects.get_or_create(key=key, defaults={"name": name})[0], **fields,
        )  # fmt: skip
        _fill(course.versions.get(), plan, by)
        publish_course(course, by=by)
    CourseVersion.objects.filter(course=course).update(published_at=dates.days_ago(69))
    return course


def _fill(version: CourseVersion, plan: CoursePlan, by: User) -> None:
    for title, body in plan.texts:
        save_lesson(version, by=by, kind="text", title=title, body=body, minutes=4)
    quiz = save_lesson(
        version, by=by, kind="quiz", title="What you know now", pass_mark=75, drawn=len(plan.questions) - 1, limit_minutes=15,
        wait_minutes=10, minutes=8, body="Read each question twice. There is time enough.",
    )  # fmt: skip
    for kind, text, options, repeat in plan.questions:
        if isinstance(options, int):
            save_question(quiz, by=by, kind=kind, text=text, number=options, tolerance=0, explanation=repeat)
        else:
            rows = [{"text": option.rstrip("*"), "is_right": option.endswith("*")} for option in options]
            save_question(quiz, by=by, kind=kind, text=text, options=rows, explanation=repeat)
    talk = save_lesson(version, by=by, kind="simulation", title=plan.talk, minutes=3)
    first = Scene.objects.create(lesson=talk, order=1, title=plan.talk, text=plan.situation)
    ends = [
        save_scene(talk, by=by, title=way[0], text=way[2], ending=ending)
        for way, ending in ((plan.good, "good"), (plan.bad, "bad"))
    ]
    ways = [{"text": way[0], "consequence": way[1], "to": end.key} for way, end in zip((plan.good, plan.bad), ends, strict=True)]
    save_scene(talk, by=by, scene=first, choices=ways[::-1])


def _begin(course: Course, contact: Contact, by: User) -> None:
    """Asked to take it; the first text is read, and one attempt was not enough."""
    ask_to_take(course, [contact], by=by, due_on=dates.days_after(dates.today(), 12))
    participation = begin_course(course, contact, by=contact.user)
    texts = list(participation.version.lessons.filter(kind="text"))
    for lesson in texts:
        finish_lesson(participation, lesson, by=contact.user)
    quiz = begin_attempt(participation, participation.version.lessons.get(kind="quiz"), by=contact.user)
    said = _right_answers(quiz)
    hand_in(quiz, {key: said[key] for key in list(said)[:2]}, by=contact.user)
    _was(participation, dates.days_ago(3))


def _pass(course: Course, contact: Contact) -> None:
    participation = begin_course(course, contact, by=contact.user)
    for lesson in participation.version.lessons.all():
        if not lesson.is_tried:
            finish_lesson(participation, lesson, by=contact.user)
            continue
        attempt = begin_attempt(participation, lesson, by=contact.user)
        if lesson.kind == "quiz":
            hand_in(attempt, _right_answers(attempt), by=contact.user)
            continue
        scene = next(iter(scenes_of(lesson).values()))
        choose(attempt, scene.key, scene.choices[1]["key"], by=contact.user)
    at = dates.days_ago(CERTIFIED_DAYS_AGO)
    _was(participation, at)
    Participation.objects.filter(pk=participation.pk).update(passed_at=at)
    certificate = Certificate.objects.get(participation=participation)
    Certificate.objects.filter(pk=certificate.pk).update(issued_on=at.date(), created_at=at)
    PartnerCertification.objects.filter(pk=certificate.typed_row_id).update(issued_on=at.date(), observed_at=at, recorded_at=at)


def _was(participation: Participation, at: datetime) -> None:
    Participation.objects.filter(pk=participation.pk).update(began_at=at, created_at=at)
    Attempt.objects.filter(participation=participation).update(began_at=at, ends_at=at, evaluated_at=at)


def _right_answers(attempt: Attempt) -> dict[str, list[str]]:
    said = {}
    for key, question in questions_of(attempt).items():
        options = [option["key"] for option in question.options if option["is_right"] or question.kind == "order"]
        said[key] = [str(question.number)] if question.kind == "number" else options
    return said
