//! Lawyers, courts, authorities, accusations of breaking the law.

pub(super) const NOT: &str = "
im|am|is|was|as|hes|shes|be|being|become ?not ?also|just|myself a|an lawyer|attorney|solicitor|barrister
lawyer|attorney|solicitor myself|friend|joke|jokes|here
left the lawyer
legal ?drinking|driving|voting age
legal size|pad|holiday|name|tender
in your|my|our|his|her|their court
tennis|food|basketball|squash|front|badminton court
court street|road|avenue|lane|yard|jester|side
court case of
sue|sues from|called|says|said|told|is|was|will|has|and|in|at|works|wrote|asked|sent
my brother|sister|friend|wife|husband|father|mother|cousin|son|daughter|dad|mom is|was a lawyer
leckere*|tolle*|lieblings* gericht*
police station ?is|near|next|opposite
toast .. avocat*
que|muito|bem legal
";

pub(super) const IS: &str = "
lawyer~
lawyers~
lawer
layer up
attorney~
attorneys
solicitor~
barrister~
lawsuit~
litigat*
will|gonna|going|ill|shall|could|should|well|can|might|wanna|want|threaten|happily|to|and|or|well|id|ima|be sue|suing ?you|u|your|them|the|ya|yall|for|over|this|ur|these
sue|suing|sueing you|u|your|yall|ya|ur|the|them
im|are|am|were|we|start|consider|considering|about suing|sueing
get|getting|be|being|got|gonna sued
you ... sued
legal action|actions|advice|team|department|papers|steps|notice|counsel|counselor|proceedings|matter|rights|threat|trouble|consequences|document|documents|complaint|claim|case|representative|representation|route|recourse|remedies|issue|grounds|liability
is|its|be|isnt|even|not|aint ... legal
^ legal ?please|question|issue|now $
my|our|the legal
illegal~
illegally|unlawful|unlawfully
break*|broke|violat*|against ?the law|laws
violat* .. gdpr|tcpa|law|laws|privacy|rights|regulation*|act|ccpa
gdpr|tcpa|ccpa|canspam ... violat*|breach*|complain*|report*|regulator*|fine*|request|penalt*
violation|violations|breach* .. gdpr|tcpa|ccpa|privacy|law
tcpa
breach* of ?the|our|my contract|agreement|law|gdpr|privacy|terms
in|to|at|through ?the ?small ?claims|civil|federal|high|district court
small claims
court ?it|order|date|action|proceedings|claim|papers
press* charges
prosecut*
cease ?and|n|or desist
desist
ombudsman
report* ... police|authorit*|ftc|fcc|regulator*|ico|bbb|cops|attorney|agency|commission
reporting|report|complain* ?you|u|this|it|them|your ... police|authorit*|ftc|fcc|regulator*|agency|protection|commission|bureau
call|calling|called|going|go|contact* ?to the police|cops
police ... you|complaint|report
file|filing|lodge|lodging|filed|formal|official ?a|an|my ?formal|official complaint
consumer protection|rights|affairs
data protection|privacy authority|commission*|regulator|officer|office|agency|watchdog
harassment|harassing
fraud|fraudulent
liable|liability|litigate
defamation|subpoena|affidavit
anwalt*
rechtsanwalt*
anwaltin|anwaltlich*
verklag*
klage|klagen ?gegen ?einreich*|erheb*|gegen
vor gericht
vors gericht
gericht ... wieder*|sehen|landen|treffen
gerichtlich*
illegal*
gesetzwidrig*|rechtswidrig*|gesetzeswidrig*
rechtlich*|juristisch*
rechtsweg|rechtsabteilung|rechtsschutz*|rechtsstreit
anzeige ?gegen ?sie|euch erstatt*|machen|stellen
erstatt*|stell* .. anzeige|strafanzeige
strafanzeige
zeige|zeigen ?ich|wir euch|sie|dich|das|ihn .. an
anzeigen $
dsgvo|datenschutzbehorde|datenschutzbeauftragte*
verbraucherzentrale|verbraucherschutz*
abmahn*|unterlassung*
polizei
betrug|betrugerisch*|betruger
avocat|avocats|avocate
en|devant|la|a justice ?pour
attaqu* ... justice|tribunal
tribunal|tribunaux|tribunales|tribunais|tribunale
porter|porte|depose*|deposer|portons ?une plainte
plainte ... police|contre|justice|commissariat
illegal|illegale|illegaux|illegales
cnil|dgccrf|rgpd
poursui* ... justice|vous|judiciair*|legal*
poursuites
juridiqu*|judiciair*|huissier
proces contre|a
police ?va|sera|municipale $
abogad*
demandar ?a|los|les|te|lo
los|les|te|lo|voy|vamos|vaya demand*
demandare|demandaremos|demanda judicial|legal|contra
denuncia*|denuncio|denuncie|denunciar*
acciones|medidas|accion|via|vias legal|legales|judicial*
ilegal*
juicio|juzgado|juez
policia
fiscalia|facua|profeco
advogad*
processar|processo voces|voce|a|contra|judicial
vou|vamos|irei|iremos|posso processar
na|a justica
procon|lgpd|reclame
medidas|acao|acoes|vias legal|legais|judicial|judiciais
avvocat*
faccio|faro|fare|facciamo|faremo|far causa
causa legale|contro
vie|azioni|azione|mezzi legali|legale
querel*
carabinieri|polizia
giudice|garante ?della|privacy|per
mio|nostro|studio|ufficio legale
advocaat|advocaten|advocate|advokaat
aanklagen|aanklacht|aangeklaagd|aanklaag
klaag ?ik|jullie|u .. aan
rechter|rechtbank|rechtszaak|rechtszaken
juridisch*
illegaal|onwettig*
aangifte
politie
consumentenbond
";
