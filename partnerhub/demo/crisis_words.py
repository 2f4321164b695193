"""What the protocols of both programmes say on a bad day, by language."""

BREACH = {
    "alarm": {
        "en": {
            "title": "Break-in at the Lumenvale update service",
            "call_to_action": "Administrators: stop automatic updates now, and change the keys of your tenants",
            "what_happened": "Somebody had access to the server that signs updates",
            "next_update": "within two hours",
            "body": "Dear {{ contact.name }},\n\nplease do this at once, for {{ partner.name }} and for your customers:\n\n"
            "1. Stop automatic updates of Harbour and Gate.\n2. Change the keys of all tenants.\n3. Acknowledge here.\n\n"
            "We do not know yet whether updates were changed. What is running keeps running. [Step by step](https://lumenvale.example/crisis/update-service)",
        },
        "de": {
            "title": "Einbruch in den Update-Dienst von Lumenvale",
            "call_to_action": "Administratoren: automatische Updates jetzt anhalten und die Schlüssel der Mandanten wechseln",
            "what_happened": "Jemand hatte Zugriff auf den Server, der Updates signiert",
            "next_update": "innerhalb von zwei Stunden",
            "body": "Guten Tag {{ contact.name }},\n\nbitte tun Sie dies sofort, für {{ partner.name }} und für Ihre Kunden:\n\n"
            "1. Halten Sie automatische Updates von Harbour und Gate an.\n2. Wechseln Sie die Schlüssel aller Mandanten.\n"
            "3. Bestätigen Sie hier.\n\nOb Updates verändert wurden, wissen wir noch nicht. Was läuft, läuft weiter. [Schritt für Schritt](https://lumenvale.example/crisis/update-service)",
        },
        "fr": {
            "title": "Intrusion dans le service de mise à jour de Lumenvale",
            "call_to_action": "Administrateurs : arrêtez les mises à jour automatiques et changez les clés de vos clients",
            "what_happened": "Quelqu’un a eu accès au serveur qui signe les mises à jour",
            "next_update": "d’ici deux heures",
            "body": "Bonjour {{ contact.name }},\n\nfaites ceci tout de suite, pour {{ partner.name }} et pour vos clients :\n\n"
            "1. Arrêtez les mises à jour automatiques de Harbour et de Gate.\n2. Changez les clés de tous les clients.\n"
            "3. Confirmez ici.\n\nNous ne savons pas encore si des mises à jour ont été modifiées. "
            "[Pas à pas](https://lumenvale.example/crisis/update-service)",
        },
    },
    "update": {
        "en": {
            "title": "Break-in at the update service: how it stands",
            "call_to_action": "Administrators: keep automatic updates stopped",
            "what_happened": "The server is cut off; signatures are being checked",
            "next_update": "within two hours",
            "body": "Nothing signed in the last thirty days has been found changed so far. Please keep updates stopped. "
            "[What was checked](https://lumenvale.example/crisis/update-service)",
        },
    },
    "all_clear": {
        "en": {
            "title": "Break-in at the update service: all clear",
            "call_to_action": "Administrators: you may switch updates on again",
            "what_happened": "All signatures of the last ninety days are checked and sound",
            "next_update": "none: this was the last one",
            "body": "Thank you for acting at once. [What was checked](https://lumenvale.example/crisis/update-service)",
        },
        "de": {
            "title": "Einbruch in den Update-Dienst: Entwarnung",
            "call_to_action": "Administratoren: Sie können Updates wieder einschalten",
            "what_happened": "Alle Signaturen der letzten neunzig Tage sind geprüft und in Ordnung",
            "next_update": "keine: dies war die letzte",
            "body": "Danke, dass Sie sofort gehandelt haben. [Was geprüft wurde](https://lumenvale.example/crisis/update-service)",
        },
        "fr": {
            "title": "Intrusion dans le service de mise à jour : fin d’alerte",
            "call_to_action": "Administrateurs : vous pouvez réactiver les mises à jour",
            "what_happened": "Toutes les signatures des quatre-vingt-dix derniers jours sont vérifiées",
            "next_update": "aucun : c’était le dernier",
            "body": "Merci d’avoir agi tout de suite. [Ce qui a été vérifié](https://lumenvale.example/crisis/update-service)",
        },
    },
}  # fmt: skip

FIRE = {
    "alarm": {
        "en": {
            "title": "Fire at a supplier's plant",
            "call_to_action": "Plant and logistics: stop loading, and say within an hour what you can deliver",
            "what_happened": "A fire has stopped a plant that our lines depend on",
            "next_update": "within an hour",
            "body": "Dear {{ contact.name }},\n\nfirst of all: look after your people.\n\n"
            "Then please tell us for {{ partner.name }}: is anybody hurt, what stands still, what is in stock and on the road. "
            "[Whom to call](https://kestrane.example/crisis/plant)",
        },
        "de": {
            "title": "Brand im Werk eines Lieferanten",
            "call_to_action": "Werk und Logistik: Verladung anhalten und binnen einer Stunde sagen, was lieferbar ist",
            "what_happened": "Ein Brand hat ein Werk angehalten, von dem unsere Linien abhängen",
            "next_update": "innerhalb einer Stunde",
            "body": "Guten Tag {{ contact.name }},\n\nzuerst: Kümmern Sie sich um Ihre Leute.\n\n"
            "Dann sagen Sie uns bitte für {{ partner.name }}: Ist jemand verletzt, was steht, was ist auf Lager und unterwegs. "
            "[Wen Sie anrufen](https://kestrane.example/crisis/plant)",
        },
    },
    "update": {
        "en": {
            "title": "Fire at a supplier's plant: how it stands",
            "call_to_action": "Plant and logistics: keep loads where they are",
            "what_happened": "The fire is under control, and nobody is hurt",
            "next_update": "within an hour",
            "body": "Thank you for your numbers. Loads that are on the road go to the yard in Poznań. "
            "[Whom to call](https://kestrane.example/crisis/plant)",
        },
        "de": {
            "title": "Brand im Werk eines Lieferanten: Stand der Dinge",
            "call_to_action": "Werk und Logistik: Ladungen lassen, wo sie sind",
            "what_happened": "Der Brand ist unter Kontrolle, niemand ist verletzt",
            "next_update": "innerhalb einer Stunde",
            "body": "Danke für Ihre Zahlen. Was unterwegs ist, fährt zum Hof in Poznań. "
            "[Wen Sie anrufen](https://kestrane.example/crisis/plant)",
        },
    },
    "all_clear": {
        "en": {
            "title": "Fire at a supplier's plant: all clear",
            "call_to_action": "Plant and logistics: deliver as planned again",
            "what_happened": "The fire is out, and the plant works again",
            "next_update": "none: this was the last one",
            "body": "Thank you. Your supply planner calls you about what was missed. [New call-offs](https://kestrane.example/crisis/plant)",
        },
        "de": {
            "title": "Brand im Werk eines Lieferanten: Entwarnung",
            "call_to_action": "Werk und Logistik: wieder nach Plan liefern",
            "what_happened": "Der Brand ist gelöscht, das Werk arbeitet wieder",
            "next_update": "keine: dies war die letzte",
            "body": "Danke. Ihre Disposition ruft Sie an wegen der Mengen, die fehlen. [Neue Abrufe](https://kestrane.example/crisis/plant)",
        },
    },
}  # fmt: skip

STOP = {
    "alarm": {
        "en": {
            "title": "Our lines stand still",
            "call_to_action": "Logistics: hold all loads until you hear from us",
            "what_happened": "Both assembly lines are stopped",
            "next_update": "within two hours",
            "body": "Dear {{ contact.name }}, please hold what is on the road at the nearest yard, and tell us where it is. "
            "[Yards](https://kestrane.example/crisis/plant)",
        },
    },
    "all_clear": {
        "en": {
            "title": "Our lines run again",
            "call_to_action": "Logistics: deliver as planned again",
            "what_happened": "Both assembly lines run again",
            "next_update": "none: this was the last one",
            "body": "Thank you for your patience. Loads that were held come first. [Slots](https://kestrane.example/crisis/plant)",
        },
    },
}  # fmt: skip
