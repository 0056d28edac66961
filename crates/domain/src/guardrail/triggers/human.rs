//! A human, please: agents, representatives, managers, "not a bot".

pub(super) const NOT: &str = "
only|merely|just|all ?a human
human|humans right|rights|resources|nature|error|body|beings are
humans|human are|is ?only ?curious|social
my|your|our|his|her|their|last|previous|travel|estate|insurance|free|booking|literary|double|secret|cleaning|sports|rental|letting|leasing ?last|new|old agent|agents
agent orange|was|were|who
agent at your
estate|travel|insurance agent*
representative sample|of|samples
sales|house|state|elected representative*
representatives
in|per person
person to person
met|meet|know|knew|saw|liked|love|loved ?with your|the|a|his|her manager
am|as|im|become|became|was|is ?not ?also the|a|an|our|their|your manager|supervisor|operator|agent|representative|boss|consultant
manager of|at|in
customer|technical ?service|support was|were|is|ever|has|team ?is|was ?excellent|great
customer support|service was|is|has|ever|excellent|great
best|great|good|excellent|amazing|wonderful customer service|support|care
operator hours
robot|robotic vacuum|lawn|mower|arm
agent|agente|agenti immobilier*|inmobiliari*|immobiliare|viagens|viajes|voyage*|comercial|assurance*|viaggio
droits humains
ser humano es|e
derechos|direitos humanos
mi|minha|mia|meine persona|pessoa|person favorita|preferida
personne ne|n
keine|keiner|jede person
op persoonlijke
";

pub(super) const IS: &str = "
talk*|tlak|speak*|spaek|speek*|chat|chatting|converse|communicate|spoke ?directly|now|right ?away to|with|wiht|wit|too ... human~|hooman|humans|person~|persn|people|someone|somebody|sombody|somone|anyone|anybody|agent~|agents|representative~|rep|reps|operator~|manager~|supervisor~|boss|adviser|advisor|consultant|employee|colleague|colleagues|staff|owner|individual|man|woman|guy|lady|whoever|support|expert|specialist|team
talk*|speak*|chat|chatting .. customer|sales|support|service ?team|service|support|care|desk|rep
talk*|speak*|chat .. real|actual|live|living
can|could|may|let|id|want|need|like|rather|prefer|please|would .. talk|speak|chat .. someone|somebody|anyone|sombody|anybody
not|dont|wont|refuse|stop|hate|sick|tired|dislike|instead|rather|no ... talk*|speak*|chat*|text*|deal*|writ*|messag*|type|typing|argue|discuss* ... bot|bots|robot~|robots|machine~|machines|ai|chatbot|chatbots|computer|computers|software|algorithm|program|automat*
no|stop|enough|without|hate|not|dont|less ?more|want|like|of|with|the|your|a|an|any|this|these bot|bots|robots|robot|chatbot|chatbots|ai
real|live|actual|living|breathing|genuine|flesh|proper|normal|physical ?human human~|humans|hooman|person~|persn|people|agent~|agents|representative~|rep|reps|operator|someone|somebody|one|being|support
someone|somebody|anyone|anybody|people|person real|human|alive|actual
human being ?please|now|there|who|to|and|or
want|need|get|give|gimme|prefer|require|demand|like|request|send|find|bring|fetch|have|insist|rather|wheres|where|expect .. human~|hooman|humans|humann|representative~|supervisor~|operator~
want|need|get|give|gimme|prefer|find|bring|fetch|demand|see|request|send ?me|us ?to ?see|speak|talk ?with|to a|an|the|your|some ?real agent~|person~|manager~|rep|boss|someone|employee
get|give|gimme|find|fetch|bring|send|show ?me|us your|ur|a|an|the|another|some manager~|boss|person~|agent~|supervisor~|human~|rep
is|are|any|anybody|anyone ?there|ther ... human~|person|people|anybody|anyone|somebody|someone ... talk|speak|chat|there|here|available|around|working|help|reach|call
anybody|anyone|somebody|someone|person|human ... speak|talk|chat ?to|with
can|could|may|let|have|will|would|please|want|need ?please|a|some|any|one ?of ?your|the ?real|other someone|somebody|sombody|anyone|person|human|colleague*|manager|coworker* ?real|else|from|on|in ?your|the ?team|company|office|sales|please ?please|actually ?to call|calls|ring|phone|contact|speak|talk|get|reach|help|message|text|take|handle|ring|write
colleagues|colleague|somebody|someone ... get in touch
have|has|get|ask|tell someone|somebody|a|your colleague|person|manager|rep|human ?to call|ring|phone|contact
put|patch|connect|transfer|pass|switch|forward|route|direct me|us ?directly|over ?through|over|on to|with|through|on|onto
put|patch me|us through
transfer|connect|reroute me|us ?please|now ?to
escalate ?me|us|this|it ?please|now ?to
transfer this|the|my call|chat|conversation
hand|handing|pass ?me|us|this ?over ?to ?a|an|the over|human~|person|agent~
escalate ?this|it|please|to|me|my
supervisor~ ?please|now
your|ur|a|the|speak|another supervisor|boss|superior|superiors|higher
in charge ?here|please|there
whoever|person|someone|somebody|who is|s ?in charge|responsible
^ ?hi|hey|hello|um|just|ok ?a|an|the|your|ur ?real|live|actual human~|hooman|humans|agent~|representative~|operator~|manager~|supervisor~|rep|person ?please|pls|plz|plis|now|thanks|thx|asap|here|help $
human~|humann|hooman|agent~|representative~|operator~|manager~|rep|person please|pls|plz|now|asap
customer|client service|support|care ?please|pls|now|rep|agent|number $
^ customer|client service|support|care
customer|client service|support|care please|pls|now|rep|representative|agent|number
live agent|chat|support|person|rep|operator|human|help
human|person|agent instead
talk|speak|chat .. human~
transfer .. agent~|human~|person|service|support|representative~|manager|department
person|human|someone call|calling me
mit ... mensch*|person|mitarbeiter*|jemand*|berater*|kollege*|kollegin*|chef*|vorgesetzt*|ansprechpartner*|sachbearbeiter*|betreuer*|verantwortlich*|leiter* ... sprechen|reden|telefonieren|schreiben|chatten|verbinden|verbunden|unterhalten|sprech|rede
sprechen|reden|telefonieren|chatten .. mit ... mensch*|person|mitarbeiter*|jemand*|berater*|kollege*|vorgesetzt*|chef*
mensch|menschen|mitarbeiter|mitarbeiterin|person|kundenservice|kundendienst|berater|ansprechpartner bitte|sofort|jetzt
^ mensch|menschen|mitarbeiter|kundenservice|kundendienst|berater ?bitte $
echt*|richtig*|real*|lebend* mensch*|person|mitarbeiter*|ansprechpartner*|berater*|jemand*
jemand* ... echt*|sprechen|reden
verbind*|durchstell* ?sie|mich|uns|mir ... mit|mensch*|mitarbeiter*|vorgesetzt*|kolleg*|chef*
mitarbeiter*|jemand*|berater*|chef*|vorgesetzt*|menschen ... sprechen|reden|sprech
stellen|stell sie|mich .. durch
nicht|kein*|statt|ohne|nie ... roboter*|bot|bots|maschine*|ki|chatbot*|automat*|computer
vorgesetzt*
ansprechpartner*
kann|konnte|soll mich|uns jemand|einer|mensch ... anrufen|zuruckrufen|kontaktieren
parl*|discut*|echang*|causer .. a|avec ... humain*|personne|quelquun|quelqu|conseill*|responsable|agent|operateur*|vendeur*|directeur*|manager|superieur*|collegue|gens
parl*|discut* .. quelqu|humain*|conseill*|responsable|agent|operateur*|directeur*
vrai|vraie|veritable|reelle ?etre personne|humain*|gens|conseill*|agent
humain*|agent|conseill*|responsable|operateur|personne svp|s|stp|please
^ ?un|une ?vrai humain|agent|conseiller|conseillere|operateur|responsable ?svp|stp|merci $
etre humain ?svp|s|et|pour
passez|passe|transfer*|donnez moi|moi|nous ?a|avec|au|le|la|un|une ... conseill*|responsable|agent|quelqu|humain*|personne|service|directeur*|superieur*|collegue
passez|passe moi
mettez|mets|mettre ?moi|nous|me ?en relation|contact
pas|plus|jamais|marre|sans|stop ... robot*|machine*|bot|bots|ia|ordinateur|automate
service client ?svp|s $
quelqu un ... appel*|rappel*|parler|joindre|contact*|aider
habl*|charl*|convers*|comunic* ?yo ?directamente con ... human*|persona*|alguien|agente*|asesor*|supervisor*|gerente*|encargad*|operador*|representante*|ejecutiv*|responsable*|jefe|jefa|empleado*
persona|alguien|humano|gente real|reales|verdad
persona|alguien|gente de verdad|carne
pas*|comuni*|transfier*|pong*|conect* ?me ?con|a|al ?un|una|el|la|su|otro agente*|human*|persona|supervisor*|gerente*|encargad*|asesor*|alguien|operador*|representante*|responsable|jefe
comuniqueme|comunicame|comuniquenme|pasenme|paseme|transfierame|transfierame|conectame con|a
no|sin|basta|odio|deja|dejen ... robot*|maquina*|bot|bots|ia|chatbot|ordenador
^ ?un|una ?con agente|humano|persona|representante|operador|operadora|asesor ?humano ?por|porfavor|porfa ?favor $
agente|humano|persona|representante|operador|asesor por favor
me|nos ... llame alguien|una persona
alguien ... llam*|atiend*|hablar|contact*
fal*|convers* ?eu ?diretamente com|pra ... human*|pessoa*|alguem|atendente*|gerente*|agente*|supervisor*|responsavel|operador*|representante*|chefe
pessoa|alguem|gente de verdade|carne
pessoa|humano|atendente real|humano|humana
alguem ai|real|humano|humana|verdade
pass*|transfer*|encaminh* .. para|pra|pro|com|ao|a ... atendente*|gerente*|human*|pessoa|supervisor*|responsavel|alguem|operador*|chefe
me passa|passe|transfere|transfira
nao|sem|chega|odeio ... robo|robos|maquina*|bot|bots|ia|chatbot
^ ?um|uma ?com ?o atendente|humano|humana|pessoa|operador|atendimento ?humano ?por|porfavor ?favor $
atendente|humano|pessoa por favor
atendimento humano
parl*|comunic* .. con ... uman*|persona|qualcuno|operator*|operatrice|responsabile|agente|consulente|addett*|direttore|titolare|capo
persona|essere|operatore vera|reale|umano|umana|vero|ossa
pass*|metta*|mett*|trasfer* .. un|una|il|la|lo|con|al ... persona|responsabile|operator*|consulente|uman*|qualcuno|collega|direttore
mi passi|passa|passate
passami|passatemi|mettetemi
non|basta|senza|niente|odio ... robot|bot|macchina|ia|chatbot
^ ?un|una ?con ?l operatore|umano|persona|consulente ?umano ?per|grazie|perfavore ?favore|piacere $
operatore|umano|persona per favore|piacere|cortesia
qualcuno ... chiam*|parlare|contatt*|richiam*
met ... mens|mensen|persoon|iemand|medewerk*|collega*|manager|leidinggevende|baas|adviseur ... prat*|sprek*|bel*|chatten|kletsen
praten|spreken .. met ... mens|mensen|persoon|iemand|medewerk*|manager|leidinggevende
iemand|medewerk*|mens|manager|collega|adviseur ?van|bij ?jullie spreken|praten
echt|echte|levend* mens|mensen|persoon|iemand|medewerk*
verbind* ?u ?me|mij|mij ?maar ?door
door verbinden
doorverbind*
geen|niet|zonder|nooit ... robot*|bot|bots|machine|computer|chatbot|ai
geef|krijg|wil .. medewerk*|mens|leidinggevende|manager
^ ?een mens|medewerker|persoon ?aub|alstublieft|graag $
mens|medewerker aub|alstublieft|graag
klantenservice ?aub|alstublieft|graag $
kan|mag|wil iemand ... bellen|spreken|helpen|terugbellen
";
