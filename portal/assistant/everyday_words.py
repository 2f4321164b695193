"""Words as data: those that carry no meaning of their own, and those that mean much the same in a partner programme."""

COMMON_WORDS = """
a an the of to in on at by for from with without about as is are was were be been being am do does did done have has had having
will would shall should can could may might must i me my mine we us our ours you your yours he she it its they them their theirs
his her this that these those there here what which who whom whose when where why how if or and but not no nor so than then too
very just only also any some all each every other another such own same more most much many few lot please tell show give get
got let s t now one don
"""

GERMAN_WORDS = """
der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine ist sind war
waren wird werden wurde habe hat haben hatte kann können darf dürfen muss müssen soll sollen ich mich mir mein meine wir uns
unser unsere sie ihr ihre er es man was wer wen wem wessen welche welcher welches welchen wann wo wie warum wenn zu zum zur im
am an auf aus bei mit nach von vom vor für über unter um bis ob als auch nur noch so bitte
ins beim euch ihnen dir dich du sich gibt es da dort hier dann schon mehr viel viele sehr lange oft geht dass damit denn doch mal
"""

# A word right after one of these is likely to name a thing: what the question is about rather than what is done with it.
BEFORE_A_THING = """
a an the of for with which what many much my our your their his her its no any some in on at by from this that these those per
der die das den dem des ein eine einen einem einer kein keine mein meine unser unsere welche welcher welches für mit von
"""

# The small model alone knows too few of these. One group a line, in the singular; a word may stand in several. They hold for
# English: in other languages words are compared as they stand and by their meaning.
GROUPS = """
client customer buyer account
prospect customer buyer lead
reseller partner dealer distributor seller
company organisation firm business
user person people seat
employee staff worker colleague personnel team
engineer technician specialist consultant expert
boss manager director head
rebate discount reduction cheaper saving
discount reduction percent below
price cost fee charge rate expensive pay
increase raise expensive higher
decrease fall lower reduction cheaper
free gratis complimentary
bill invoice billing
buy purchase order
offer quotation quote proposal
order purchase booking
money fund budget amount payment payout
money currency franc euro pound dollar
pay paid transfer payout arrive reimburse refund
cover pay bear
commission reward earn margin
earn receive margin keep reward commission
margin profit earn share
fine penalty interest
owner belong own
bank account
credit limit
opportunity deal lead project
register registration enter record
protect protection protected exclusive
win beat against
competitor rival competition
level tier status grade rank
highest platinum top
lowest silver bottom
downgrade demote stepping lower lose
upgrade promote update
requirement need condition criterion must require
target goal objective requirement
certificate certification certified diploma
exam test assessment
fail failed failure
repeat retake again
renew renewal prolong extend extension
prolong lengthen extend extension longer
expire lapse end expiry
valid validity hold last
cancel withdraw pull annul
train training course lesson learn classroom
teacher trainer instructor
session talk presentation lecture speech
propose hand submit nominate
event summit conference congress
ticket entry admission
ticket case incident request
hotel room accommodation
prize award
support help hotline assistance helpdesk
phone telephone call hotline
answer reply react reaction respond response hear
complain complaint claim
escalate escalation disagree
urgent severity emergency
broken faulty defective defect damaged failing
crash outage down incident
error defect bug
return send back
ship shipping shipment delivery deliver freight carriage transport
freight carriage transport shipping
box carton crate container parcel package carrier
unopened sealed
warehouse store stock inventory
replace replacement swap exchange new
exchange rotate replace change
device appliance unit hardware machine equipment
disk drive
shred destroy destruction wipe
erase delete deletion wipe
guarantee warranty
hack breach attack intrusion
login password sign account
password credential login
remote gateway
safe secure security
laptop computer notebook
check inspect inspection audit review
inspection audit
share shared together
law legal
contract agreement sign
sign signed signature
personal private individual
information data record
kept stored keep retention
city place town
where place
country region territory
marketing advertising campaign promotion
funding fund budget
spend claim use
gift present bottle champagne
picture photograph photo image
story reference case
press media news
logo badge brand
announcement release news
allow allowed may permitted
forbid forbidden prohibited
approve approval permission permit consent
decide decision
refuse reject decline
early ahead advance beforehand before
soon quickly immediately within
begin start kick-off new
finish end stop close
late delay overdue
old former previous
often every frequency times
demo demonstration show presentation
copy licence
licence license subscription software
software product program application
program software product
trial try evaluation test
subscription contract
connector plugin integration interface
interface api integration
plugin add-on extension integration
marketplace catalogue store
request call query
key token
share revenue percent
backup snapshot copy
restore recovery recover
lose lost loss
disaster loss
version release edition
lts long-term
patch fix update
maintain maintained maintenance support
look maintain maintenance
migrate migration move moving
small tiny little fewer
large big huge
lock lock-in locked
implementation project rollout delivery
lead leader manage
subcontractor supplier
supplier vendor sub-supplier
vendor manufacturer supplier
norm standard iso iatf
faulty reject defect
sample sampling
release approval ppap
factory plant site works
part component
mould tool die
heavy weight kilogram
size centimetre millimetre metre
height metre
label sticker
truck lorry vehicle
wear clothing shoe vest
slot appointment time
message notice
paper report document
report document
cause reason
wrongdoing concern misconduct
anonymous anonymously name
government public official
power electricity energy
green renewable
carbon footprint co2
year yearly annual annually
month monthly
quarter quarterly
week weekly
day daily
weekend saturday sunday
visit meeting
meet meeting
join take part
insurance insure liability
attach include enclose give
employee people person worker
terminate termination leave end notice cancel
advert ad advertisement campaign
extra additional surcharge
deadline latest within
mobile phone telephone
sms text message
email mail address
showroom demonstration demo
vulnerability hole flaw weakness
smallest minimum least below
largest biggest maximum most
"""

# The same for German, of which the small model knows little: a part of a word is enough, “zahl” is in “bezahlen” and “Zahlung”.
GERMAN_GROUPS = """
rabatt nachlass skonto ermäßig prozent vergünstig
kost preis gebühr teuer entgelt pauschal
zahl begleich überweis rechnung
kostenlos gratis kostenfrei gebührenfrei umsonst frei
verkauf umsatz umsetz absatz setzen
zuschuss zuschüss förder bezuschuss werbegeld unterstütz mittel
übernehm tragen beteilig bezahl
anteil hälfte prozent drittel
werb anzeige kampagne marketing
antrag beantrag einreich anmeld
verfall verlier ablauf mitnehm übertrag übrig verbraucht
verlänger auffrisch erneuer
gültig gilt dauer läuft
kündig beend vertragsende raus verlassen
hotline anruf rufen telefon erreich besetzt kundendienst
techniker monteur mechaniker
anfahrt einsatz fahr besuch
zurückschick rücksend rückgabe zurückgeb zurücknehm retour
garantie gewährleist
abzieh abzug abzüglich zieh
kurs lehrgang schulung seminar training
prüfung test exam
wiederhol nochmal erneut
absag absage stornier abmeld
versand liefer porto fracht verschick
bestell auftrag warenwert
summe betrag wert
kolleg mitarbeiter nutzer benutzer personal
einlad anleg hinzufüg
passwort passwört kennwort
kaputt defekt beschädig schaden schäden
reklam beanstand meld
händler partner
firma unternehmen betrieb
kunde käufer auftraggeber
schütz schutz
genehmig erlaub zustimm freigab
"""

# What Germans call things that a programme has named in English; a group a line. For what is known of the asker's own side only.
NAMES_IN_GERMAN = """
mitarbeiter mitarbeitende beschäftigte angestellte employee
umsatz revenue turnover
jahresumsatz annual yearly revenue turnover
lizenzumsatz licence license revenue
absatz verkäufe sales
gewinn profit
standort niederlassung site office branch location
webseite website internetseite homepage
branche industry sector
land country
gebiet region territory
kunde customer client
zertifikat certificate certification
zertifiziert certified
techniker ingenieur engineer technician
schwerpunkt focus
stärke strength
herausforderung challenge
fachgebiet specialty
lizenz licence license
geschäft abschluss deal
angemeldet registriert registered
zufriedenheit satisfaction
liefertreue delivery punctuality
lieferung delivery
reklamation beanstandung complaint
ausschuss scrap
qualität quality
bestand lagerbestand stock inventory
auslastung use capacity
versicherung insurance
sprache language
vertrag vereinbarung contract agreement
stufe tier
"""
