//! What does it cost: prices, quotes, discounts, fees, "too expensive".

pub(super) const NOT: &str = "
price of success|fame|freedom|victory|progress|love|glory
price is right
pay|paid|paying ?you|us|me|them ?more|close|any|no|much ?a attention|visit|heed|respect*|tribute
pay ?me|us|you|them a visit
at the cost of
at all costs|cost
cost* ?me|us|him|her|you|them ?a|an ?whole|lot|few|good|bit ?of sleep|time|nerves|nights|night|patience|effort
discounted by
i quote
quote shakespeare|unquote|goes|says
budget airlines|airline|hotel|hotels
how much longer|time|sugar|water|experience|space|room|notice|luggage|effort|work|fun|milk|salt|flour|sleep|help
how much do i|you|they|we like|love|know|weigh|need|miss|care
in charge
costa rica|brava|blanca|del|coffee|azul|smeralda|dorada
charge ?my|the|your|his|her phone|cable|battery|car|laptop|devices
free on|at|tomorrow|today|tonight|this|next|to|for|from|after|before|all|until
i estimate
good|great|best value ?for
combien de|d
a tout prix
prix nobel
cuanto|quanto|quanta tiempo|tempo|antes|prima|mas|piu|mais|dura|tarda|manca|falta|demora
te duur om
wie viel|viele zeit|leute|personen|wasser|platz
cher|chere|chers monsieur|madame|ami|amie|amis|client|collegue|collegues
caro|cara|cari senhor|senhora|amigo|amiga|signore|signora|joao|luca
";

pub(super) const IS: &str = "
how|hw|hwo|hoow much|mutch|mcuh|muhc|mch|muc is|are|for|per|it|that|this|to|money|dollars|euros|bucks
how|hw|hwo much|mutch|mcuh|muhc|mch|muc ... cost*|cots|cst|coast|charge|set|run|pay|owe|spend|fee~|price~
^ ?hi|hello|hey|so|and|ok how|hw|hwo much|mutch|mcuh|muhc|mch $
how|hw much $
how many dollars|euros|pounds|bucks|quid
price~
prices~
pricing~
pricey|pricy|priced
pricelist|pricetag
cost
costs
costing
does|do|will|would|it|this|that cots|cst|coast|cosst
fee
fees
quotation~
a|the|your|me|us|free|our|that|this|price|written|detailed quote
quote ?me|us ?a|for|price|you|please
estimate for|of|please
a|an|the|your|rough|free|cost estimate
discount~
discounts~
coupon~
promo
promotional ?code|price|offer
voucher|vouchers
your|hourly|daily|monthly|yearly|weekly|ur|current|best|group|special rate|rates
rates ?do|are|for|per|before|please
rate per|for|card
what ... charge
how ... charge|billed
do|does|will|would you|u|ya|they|it charge ?me|us ?per|for|extra|by|monthly|anything|money
charge per|extra|monthly|by
resulted|results|result in a|any charge|charges
avoid|incur|extra|additional|hidden|top ?up|transfer|withdrawal charge|charges
expensive~
too dear
cheap|cheaper|cheapest
my|our|a|the|within|tight|small|limited|under|over budget
budget of|is|for
ballpark
tariff|tariffs
is|are|its|was ?it|this|that|there ?completely|really|totally|all|a free
free or|trial|of charge|version|plan|tier
for free
have|need|got|must|supposed|going|want|expect|expected to pay
i|we|you|one pay per|monthly|yearly|for|extra|less|up
pay ?up per|monthly|yearly|upfront|front|less|extra
set me|us|you|one back
whats|is the damage
subscription cost~|price~|fee~
pay per
afford
can you do ?it|this|that for # 
price match
price|prices|pricing|rate|rates|quote ... competitor*
was|wieviel|wieviele|viel ?soll|wurde ?das|es kost*
kostet~
kostets
kosten
kost|koste het|dat|es|das
kostenvoranschlag~
kostenlos
preis*
rabatt*
gebuhr*
teuer~
teurer|billiger|gunstiger
tarif*
skonto
angebot|angebote ... schick*|mach*|send*|bekomm*|zukommen|erstell*|unterbreit*|preis*
schick*|mach*|send*|bekomm*|erstell*|brauch*|hatte|mocht* .. angebot
wie hoch ... gebuhr*|preis*|kosten|betrag|rate
was zahle|zahlt|verlangen|verlangt|berechn*|nehmen|nehmt ?ich|man|sie|ihr
combien ?ca|cela|est|c|je|il|pour|par|vous|serait|va|faut|le|la ?est coute*|cout*|pour|par|ca|cela|payer|faut|prenez|facturez|mois
^ ?c ?est combien
c est combien
combien $
prix
tarif|tarifs
cout|couts|coute|coutent|couterait|coutera
devis
reduction*
remise|remises|rabais|ristourne
trop|tres|si|assez|moins|plus|est cher|chere|chers
est ?ce gratuit*
quels|les|des|sans|combien frais
cuanto|cuanta|cuantos ?me|se|nos|te|le|les|por|es|seria ?lo|es|el|la ?que cuest*|cost*|val*|sal*|cobr*|pag*|es|seria|dinero|euros|pesos
^ ?y ?hola cuanto $
precio*
descuento*
presupuesto*
tarifa*
muy|demasiado|tan|es|mas|super caro|cara|caros
mas barato|barata
coste|costes|costo|costos|cuesta|cuestan|costaria
rebaja|rebajas
es|seria gratis
quanto ?que|e|me|vou|voces|isso|a|o ?vou custa*|fica*|sai*|cobram|vale|pago|pagar|seria|e
preco*
qual ?e|o|seria ?o|a valor|mensalidade|preco*
valor|valores da|do|das|dos|mensal*|por
mensalidade*
desconto*
orcamento*
muito|tao|bem|e|ta|esta|mais caro|cara
mais barato|barata
taxa|taxas
custa|custam|custaria|custo|custos
de|e gratis|graca
quanto ?mi|ci|vi|e|viene|si ?a costa*|costerebbe|vien*|verrebbe|pago|paga|spend*|sarebbe|e|prendete
prezz*
scont*
preventiv*
tariff*
troppo|molto|cosi|piu|e|un|po car|caro|cara|cari
costo|costi|costa|costano
piu economico|conveniente
wat|hoeveel|hoeveel moet ?zijn|is|moet|gaat|zou ?ik|het|dat|dit|de kost*|betal*
prijs|prijzen|prijslijst|prijsopgave
kosten
tarief|tarieven
korting*
offerte*
te|erg|heel|best|zo duur
duurder|goedkoper|goedkoop
is ?het|dit gratis
";
