"""What makes a paragraph an answer: it has what the question names and what it asks for, in whatever form of the words."""

import pytest

from portal.assistant.asked import lacks_a_name, lacks_a_number, lacks_the_kind
from portal.assistant.words import alike_in_form, has_much_the_same, is_german

PRICES = "Price list. Appliances. Article: GW-400; Product: Gateway 400; Ports: 16; List price: 2,850 EUR"


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("How much is a Gateway 400?", False),
        ("How much is a Gateway 600?", True),
        ("What does the GW-400 cost?", False),
        ("What does the GW 600 cost?", True),
        ("What does the GW-600 cost?", True),
        ("What does it cost in Canada?", True),
        ("What did it cost in 2024?", True),
        ("Can I order it on Saturday?", False),
        ("Was kostet die Lieferung nach Hause?", False),
        ("Was kostet die Lieferung nach Kanada?", True),
        ("Do I have to order in June?", False),
    ],
)
def test_a_name_that_the_passage_lacks_is_noticed(question, lacks):
    assert lacks_a_name(question, PRICES) is lacks


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("Which appliance has 16 ports?", False),
        ("Which appliance has 48 ports?", True),
        ("What costs 2850 EUR?", False),
        ("What do we get if we grow by 30 percent?", False),
        ("Who decides after 3 days?", False),
    ],
)
def test_a_number_of_things_has_to_be_there(question, lacks):
    assert lacks_a_number(question, PRICES) is lacks


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("How much is the fee?", "The fee is waived in the first year.", 0),
        ("How much is the fee?", "The fee is paid with 14 other items.", 0),
        ("What discount do we get?", "Discounts are explained in section 4.", 1),
        ("What discount do we get?", "Level: Gold; Discount: 28 %", 0),
        ("How many engineers do we need?", "Certified engineers: 4; Salespeople: 3", 0),
        ("How many engineers do we need?", "Allow four weeks for the request.", 0.5),
        ("How many partners are there?", "Gold partners are listed first, silver partners second, in 40 regions.", 1),
        ("How many partners are there?", "At present 40 partners have the level.", 0),
        ("How many partners renewed last quarter?", "Four partners renew each quarter.", 1),
        ("Who is the director?", "The director decides within two days.", 1),
        ("Who is the director?", "Write to the director, Ms Ingrid Solberg.", 0),
        ("Who is in charge of returns?", "The returns desk is in charge.", 0),
        ("Who found the flaw?", "The flaw was found in the console.", 1),
        ("Who found the flaw?", "The flaw was found by the team of a university.", 0),
        ("Who designs the system when we sell together?", "You are responsible for the design.", 0),
        ("Who teaches the course?", "The course takes two days and costs 420 EUR per person.", 1),
        ("Who teaches the course?", "Our trainers come to you.", 0),
        ("What is the email address of the desk?", "Call +49 40 5550 7700.", 1),
        ("What is the email address of the desk?", "Write to desk@vendor.example.", 0),
        ("Which bank account is it?", "Send the invoice to us.", 1),
        ("When can I try again?", "You may try again.", 1),
        ("How heavy is it?", "Size: 210 mm", 1),
        ("How heavy is it?", "Weight: 1.3 kg", 0),
        ("What is the fax number of the desk?", "Call +49 40 5550 7700.", 1),
        ("What temperature can it stand?", "Operating range: 0 to 40 °C", 0),
    ],
)
def test_what_is_asked_for_has_to_be_there(question, text, lacks):
    assert lacks_the_kind(question, text) == lacks


def test_another_form_of_a_word_covers_it():
    assert alike_in_form("bestellung", {"wir", "bestellen"}) == alike_in_form("renewal", {"renew"}) == 0.85
    assert alike_in_form("expertenkurs", {"der", "kurs"}) == 0.5
    assert alike_in_form("company", {"compare", "pan"}) == alike_in_form("rate", {"corporate"}) == 0


def test_a_german_word_is_covered_by_a_part_of_one_that_means_much_the_same():
    assert has_much_the_same("kurs", {"technikerlehrgang"}, german=True)
    assert has_much_the_same("bezahlen", {"zahlungsziel"}, german=True)
    assert not has_much_the_same("kurs", {"zahlungsziel"}, german=True)
    assert not has_much_the_same("kurs", {"technikerlehrgang"}, german=False)


def test_a_question_in_german_is_known_by_its_small_words():
    assert is_german("Was kostet der Kurs?")
    assert is_german("Kann ich übriges Werbegeld ins nächste Jahr mitnehmen?")
    assert not is_german("What was the fee in Germany?")
