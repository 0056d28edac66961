//! Money back: refunds, chargebacks, disputed charges.

pub(super) const NOT: &str = "
tax refund
return|returned ?my|your|the call|calls|email|emails
refund finally|already arrived|came
call|called|calling|come|be|came|get|write|right|went|ring|text ?me|you|us back
steuer erstattung
steuererstattung|steuerruckerstattung
erstatt* .. anzeige
anzeige .. erstatt*
devolv*|devuel* .. llamada|ligacao|chamada
";

pub(super) const IS: &str = "
refund~
refunds~
refunded~
refundable
refunding
reimburse~
reimbursed~
reimbursement~
money|moneys|mony|cash|deposit|cent|cents|penny|payment|dollars|euros|pounds|bucks|fee|fees ?all|right|please|is|be back|returned
give|gimme|get|want|need|send|return|pay|wire|transfer|bring|have|demand|claim ... money|mony|cash|deposit|payment|dollars|euros|bucks|cent|penny|fee .. back
return|release|give ?me|us ?back my|our|the deposit|payment|money|cash
give|gave|pay|send|hand ?me|us ?it back ?all|everything ?of ?what i|we|ive|weve paid|spent
back ?all|everything what|that i|we ?have paid|spent
what i paid ?for ?it back
money|account ... want|need|like it|that|this|them back
took|taken|stole|stolen|charged|billed|deducted ... want|need|like|give .. back
want|need|demand|claim|get|give .. # .. back
chargeback~
charge back|backs
disput* .. charge|charges|payment|transaction|bill|invoice
revers*|undo|cancel .. charge|charges|payment|payments|transaction
charg*|bill*|debit*|paid .. twice|double|wrongly|incorrectly|mistake
double|doubly|wrongly|over charg*|bill*
overcharged|overbilled
credit ?back my|our ?credit card|account
store credit
geld|gelder|betrag|kohle|euro|zahlung|anzahlung|kaution ?bitte|sofort|wieder ... zuruck*|wieder*|retour
zuruck|wieder .. geld|betrag
gebt|geben|gib .. geld
ruckerstattung~
ruckerstatt*
erstattung~
erstatten|erstattet|erstatte|erstattest|erstattete
ruckzahlung~
zuruckzahl*|zuruckuberw*|zuruckerstatt*|zuruckgezahlt|zuruckbuch*
abgebucht ... zuruck*
zuruckhaben|zuruckbekomm* ... geld|betrag
remboursement~
rembours*
rend*|redonn*|recuper*|rest*|ravoir|revoir .. argent|sous|fric|thune
mon|notre argent
reembols*
rembolso~
reembolso~
devuel*|devolv*|devolu*|regres*|reintegr* ... dinero|plata|pago|importe|dinheiro|grana|pagamento|valor|guita
dinero|plata|pago|importe|dinheiro|grana|pasta ... devuel*|devolv*|vuelta|volta|regres*|atras
devolucion|devolucao|devuelvan*|devuelvanme|devolvam|devuelvame|devuelveme
estorn*
ressarci*
cobrar*|cobraram|cobrado .. dos|duas veces|vezes
rimbors*
rimborso~
soldi|denaro|quattrini ... indietro|restitu*|ridat*|riavere
indietro ... soldi|denaro
ridat*|ridammi|rivoglio|rivogliamo|restitu*|riavere ... soldi|denaro|somma|pagamento
storno|storni
terugbetal*
terugbeta*
geld|bedrag|centen ... terug*
terug* .. geld|bedrag
restitutie~
terugstort*|terugvorder*
";
