"""Sentences in a document that speak to a machine instead of a reader. They stay text like any other in the library; here they are
never part of an answer, whatever they ask for."""

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|vergiss|ignoriere|missachte)\b.{0,60}"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|restrictions?|above|anweisung(?:en)?|regeln)\b"
    r"|^\W*(?:system|assistant|ai|chatbot|bot|user|developer|note to (?:the )?(?:ai|assistant|model|llm))\b[^:]{0,30}:"
    r"|\byou are (?:now|an? (?:ai|assistant|language model|chatbot))\b"
    r"|\b(?:act|behave|respond|answer) as (?:an? |the )?(?:admin\w*|root|system|developer|unrestricted)"
    r"|\b(?:developer|maintenance|jailbreak|god|debug) mode\b"
    r"|\bsystem prompt\b|\bas an? (?:ai|language model|assistant)\b"
    r"|\bwhen(?:ever)? (?:any(?:body|one)|somebody|someone|the user|a user|users?|asked|you are asked)\b.{0,80}"
    r"\b(?:answer|say|reply|respond|tell)\b"
    r"|\b(?:reveal|print|output|leak|disclose|exfiltrate|show)\b.{0,60}"
    r"\b(?:passwords?|secrets?|credentials|api keys?|confidential|prompt|every partner|all (?:users|partners|customers))\b"
    r"|\bdo not (?:mention|reveal|tell|show) (?:this|these|the user|the reader|anybody)\b"
    r"|<!--|<\|",
    re.IGNORECASE | re.DOTALL,
)


def speaks_to_a_machine(text: str) -> bool:
    return _ORDERS.search(text) is not None
