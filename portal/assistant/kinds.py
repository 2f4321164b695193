"""What kind of thing a question asks for, and how a passage looks that has one: a number, a time, an amount, a weight, a name."""

import re

NUMBER = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|twice|once|first|second|double|no|none|free|every"
    r"|ein|eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|halb|halbe|jede|jeden|zweimal|dreimal)\b"
)
AMOUNT = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|no|zwei|drei|vier|fünf|sechs|sieben|acht|neun"
    r"|zehn)(?:\s*%)?"
)
_TIME = (
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|weekends?|months?|years?|quarters?|daily|weekly|monthly|yearly|mondays?|tuesdays?"
    r"|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|january|february|march|april|(?-i:May)|june|july|august|september|october"
    r"|november|december|noon|night|midnight|until|immediately|at once|tomorrow|every|after|before|(?:19|20)\d\d|\d\d?:\d\d"
    r"|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|quartal|montags?|dienstags?|mittwochs?|donnerstags?"
    r"|freitags?|januar|februar|märz|mai|juni|juli|oktober|dezember|uhr|bis|sofort|täglich|jährlich|monatlich)\b"
)
_UNIT_OF_MONEY = r"(?:[€$£%]|(?:eur|euros?|usd|dollars?|gbp|chf|francs?|franken|pounds?|percent|points?|prozent|punkte?)\b)"
_MONEY = (
    rf"{_UNIT_OF_MONEY}\s*\d|\d[\d.,]*\s*{_UNIT_OF_MONEY}|{AMOUNT}\s+percent\b"
    r"|\b(?:free|nothing|no (?:extra )?(?:charge|cost|fee)|(?:own|our|your|its) (?:cost|expense)|included|half|pays?|paid|bears?"
    r"|covers?|waived|credit|trägt|tragen|kostenlos|kostenfrei|gratis|hälfte)\b"
)
_COSTS = r"(?:costs?|prices?|fees?|charges?|charged|pay|kostet|kosten|preis|gebühr)\b"
_COLOUR = r"\b(?:red|blue|green|yellow|black|white|grey|gray|orange|colou?rs?|rot|blau|grün|gelb|schwarz|weiß|grau|farbe)\b"
_HAPPENED = r"\b(?:was|were|did|had|won|has been|have been|(?:19|20)\d\d)\b"
_SOMEBODY = r"(?-i:(?<=[a-zäöüß,;] )[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]+)|\b(?:mr|ms|mrs|dr|herr|frau)\b|\S@\S"
_A_ROLE = (
    r"\b(?:managers?|heads?|teams?|desks?|departments?|leads?|trainers?|engineers?|technicians?|owners?|admin\w*|directors?|boards?"
    r"|committees?|partners?|customers?|suppliers?|holders?|officers?|auditors?|resellers?|university|colleagues?|everybody|anybody|nobody"
    r"|leit\w+|abteilung\w*|mitarbeiter\w*|\w*nutzer\w*|inhaber\w*|kunden?|partner\w*)\b"
)

# What the question has, and what the passage has to have then.
KINDS = [
    (re.compile(question), re.compile(answer, re.IGNORECASE))
    for question, answer in (
        (r"\bhow (?:many|much|often|far|high|heavy|small|big|large|tall|old|fast|few)\b|\bup to what\b"
         r"|\bwhat (?:size|amount|percentage|share)\b|\bwie (?:viele?|oft|hoch|schwer|groß|alt)\b", NUMBER),
        (r"\bwhen (?:do|does|did|will|would|is|are|was|were|can|could|must|should|may|has|have)\b"
         r"|\b(?:how (?:long|soon|quickly|early|fast|often)|until what|by what|what time|which (?:day|month|year)"
         r"|what (?:month|year|day)|opening hours|wann|wie (?:lange|schnell|früh|bald|oft))\b", _TIME),
        (r"\b(?:discounts?|rebate|margin|commission|salary|bonus|rabatt|nachlass|wie teuer)\b|^how much (?:is|are)\b"
         rf"|\b(?:what|how (?:much|expensive)|was|wie ?viel)\b.*\b{_COSTS}", _MONEY),
        (r"^(?:who|what|which|how many)(?: [\w-]+){0,2} (?:was|were|did|won|happened|attended)\b|^when (?:was|were|did)\b"
         r"|^who (?:\w+ed|won|wrote|found|made|bought|built)\b|\bhow many\b.*\blast (?:year|quarter|month|time)\b", _HAPPENED),
        (r"\bhow many\b.*\b(?:are there|in total|at the moment|does \w+ (?:employ|own)|(?:work|attend) (?:at|in|for|the)\b)",
         r"\b(?:there are|in total|altogether|currently|at present|number of)\b"),
        (r"^(?:who|wer) (?:is|are|ist|sind) (?:the|our|your|der|die|unser\w*|ihr\w*)\b|\bname of (?:the|our|your|a)\b|^wie heißt\b",
         _SOMEBODY),
        (r"^who (?:was|were|\w+ed|won|wrote|found|made|bought|built)\b", rf"{_SOMEBODY}|\bby (?:the|our|an?)\b"),
        (r"\bwhat(?:'s| is| are) the (?:\w+ )?(?:rate|share|percentage|quota)\b",
         r"%|\bpercent\b|\bhalf\b|\bquarter\b|\bthirds?\b"),
        (r"^(?:who|wer) (?!is\b|are\b|was\b|were\b|ist\b|sind\b)\w+",
         rf"{_SOMEBODY}|{_A_ROLE}|\b(?:we|wir|you|sie)\b(?! to\b)|\bby the\b"),
        (r"\be-?mail address\b|\be-?mail-?adresse\b", r"\S@\S"),
        (r"\bbank (?:account|details)\b|\bbankverbindung\b", r"\biban\b|\baccount\b|\bkonto\b"),
        (r"\bfax\b", r"\bfax\b"),
        (r"\b(?:tele)?phone number\b|\btelefonnummer\b", r"\+?\d[\d ()/-]{6,}"),
        (r"\bcolou?rs?\b|\bfarbe\b", _COLOUR),
        (r"\bhow heavy\b|\bweighs?\b|\bwie schwer\b", r"\d\s*(?:kg|g|kilo\w*|grams?|lbs?|pounds?|tons?|tonnes?)\b"),
        (r"\bhow (?:loud|noisy|quiet)\b|\bwie laut\b", r"\bdb\b|\bdecibel|\bnoise|\bfanless|\bfan\b|\bquiet|\bsilent|\blaut"),
        (r"\btemperatures?\b|\btemperatur\b", r"°|\bdegrees?\b|\bcelsius\b|\bgrad\b"),
        (r"\b(?:throughput|bandwidth)\b", r"\d\s*[kmgt]?bit"),
    )
]  # fmt: skip
