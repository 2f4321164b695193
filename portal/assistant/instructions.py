"""Sentences in a document that speak to a machine instead of a reader. They stay text like any other in the library; here they are
never part of an answer, whatever they ask for."""

import re

_MACHINE = r"(?:ai|llm|assistant|chatbot|bot|language model|model|assistent(?:en)?|ki|sprachmodell|modell)"
_NOT = r"(?<!not )(?<!never )(?<!n't )(?<!n’t )(?<!nicht )(?<!nie )"  # a manual says “do not ignore these instructions”
_TO_A_MACHINE = r"\b(?:you(?:r|rs)?|ignore|answer|reply|respond|say|tell|reveal|obey|antworte\w*|sag(?:e|en)?|nenn\w*|du|dein\w*)\b"

_ENGLISH = (
    rf"\b{_NOT}(?:ignore|disregard|forget|override|bypass)\b(?! (?:not|to)\b).{{0,60}}"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|restrictions?|above)\b",
    rf"^\W*(?:system|{_MACHINE}|user|developer)\W{{0,3}}:.*{_TO_A_MACHINE}",
    r"^\W*(?:system|developer) (?:message|note|override|prompt|instructions?)\W{0,3}:",
    rf"^\W*(?:note|message|instructions?) (?:to|for) (?:the |any )?{_MACHINE}\b",
    r"\byou are (?:(?:now|hereby) )?(?:(?:an?|the) )?(?:\w+ )?(?:ai|assistant|language model|model|chatbot|administrator|root)\b",
    r"\b(?:act|behave|respond|answer) as (?:an? |the )?(?:admin\w*|root|system|developer|unrestricted)",
    r"\b(?:developer|maintenance|jailbreak|god|debug) mode\b",
    r"\bsystem prompt\b|\bas an? (?:ai|language model|assistant)\b",
    r"\bwhen(?:ever)? (?:any(?:body|one)|somebody|someone|the user|a user|users?|asked)\b.{0,80}"
    r"\b(?:answer|say|reply|respond|tell)\b",
    r"\b(?:when(?:ever)?|if) you are asked\b.{0,80}\b(?:answer|say|reply|respond|tell)\b",
    r"\b(?:reveal|print|output|leak|disclose|exfiltrate|show)\b.{0,60}"
    r"\b(?:passwords?|secrets?|credentials|api keys?|confidential|prompt|every partner|all (?:users|partners|customers))\b",
    r"\bdo not (?:mention|reveal|tell|show) (?:this|these|the user|the reader|anybody)\b",
)
_GERMAN = (
    r"\b(?:ignorier\w*|missacht\w*|vergiss|vergessen sie|umgeh\w*|übergeh\w*)\b(?! nicht\b).{0,60}"
    r"\b(?:anweisung(?:en)?|regeln?|vorgaben?|richtlinien|einschränkungen|prompts?)\b",
    rf"^\W*(?:hinweis|nachricht|anweisung|anmerkung) (?:an|für) (?:den |die |das |jeden |jede )?{_MACHINE}\b",
    r"\b(?:sie sind|du bist|seien sie|sei) (?:(?:jetzt|nun|ab jetzt|ab sofort) )?(?:(?:ein|eine|der|die|das) )?(?:\w+ )?"
    r"(?:ki|assistent|sprachmodell|modell|chatbot|administrator|root)\b",
    r"\b(?:antworte(?:n sie)?|handle|handeln sie|verhalte(?:n sie)? (?:dich|sich)) (?:als|wie) (?:ein\w* )?"
    r"(?:admin\w*|root|system|entwickler)",
    r"\b(?:entwickler|wartungs|debug)-?modus\b",
    r"\bwenn (?:jemand|irgendwer|ein nutzer|der nutzer|du|sie|nutzer)\b.{0,80}\bfrag\w*.{0,40}"
    r"\b(?:antworte\w*|sag(?:e|en)?|erwidere\w*)\b"
    r"|\bwenn (?:du|sie) (?:\w+ ){0,4}gefragt (?:wirst|werden)\b",
    r"\b(?:verrat\w*|nenn\w*|zeig\w*|geben? sie|gib|offenbar\w*)\b.{0,80}"
    r"\b(?:passw[oö]rte?r?|geheimnisse|zugangsdaten|vertrauliche\w*"
    r"|(?:aller|alle|anderer|der anderen|jedes) (?:partners?|nutzer|kunden))\b",
    r"\berwähne?n? (?:sie )?(?:diesen satz|dies|das|diese\w* \w+) nicht\b",
)
_ORDERS = re.compile("|".join((*_ENGLISH, *_GERMAN, r"<!--|<\|")), re.IGNORECASE | re.DOTALL)


def speaks_to_a_machine(text: str) -> bool:
    return _ORDERS.search(text) is not None
