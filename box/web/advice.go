package web

import (
	"slices"

	"abri.example/abri"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// advice is the one thing to do. Urgent marks what should not wait for tomorrow.
type advice struct {
	Text   string
	Call   bool // whether to show who to call
	Urgent bool
}

// advise gives the one thing to do, the gravest reason first.
func advise(v View, w words) advice {
	r := v.Report
	switch {
	case r.Answered:
		return advice{w.pick(
			"Un appareil d'ici a reçu une réponse d'un serveur de pirates. Prévenez tout de suite votre prestataire informatique ; débranchez l'appareil du réseau sans l'éteindre.",
			"A device here got an answer from a criminals' server. Tell your IT contractor at once; unplug the device from the network, and leave it on."), true, true}
	case r.Because == weather.BecauseNoData:
		return advice{w.pick(
			"Vérifiez que le boîtier est allumé et que ses deux câbles réseau sont branchés. Si rien ne change, prévenez votre prestataire informatique.",
			"Check that the box is on and that both its network cables are plugged in. If nothing changes, tell your IT contractor."), false, true}
	case r.Sky == abri.Fog:
		return advice{w.pick(
			"Prévenez votre prestataire informatique : rien ne prouve que le filtre fonctionne.",
			"Tell your IT contractor: nothing proves that the filter works."), false, true}
	case lineIsFull(v):
		return advice{w.pick(
			"Appelez votre opérateur : lui seul peut arrêter ce qui remplit la ligne. La fiche à lui lire est prête.",
			"Call your operator: he alone can stop what fills the line. The sheet to read to him is ready."), false, true}
	case leaving(r) && v.Mode == abri.Observe:
		return advice{w.pick(
			"Un appareil d'ici parle à une adresse malveillante, et rien n'est coupé. Prévenez aujourd'hui votre prestataire informatique.",
			"A device here talks to a malicious address, and nothing is cut. Tell your IT contractor today."), true, true}
	case leaving(r):
		return advice{w.pick(
			"Un appareil d'ici a voulu parler à une adresse malveillante. Faites-le vérifier cette semaine par votre prestataire informatique.",
			"A device here tried to talk to a malicious address. Have your IT contractor check it this week."), false, false}
	case r.Sky == abri.Tornado:
		return advice{w.pick(
			"Appelez votre prestataire informatique, et gardez la trace de ce qui ne marche pas normalement.",
			"Call your IT contractor, and note down whatever does not work as usual."), true, true}
	case r.Sky == abri.Storm:
		return advice{w.pick(
			"Prévenez aujourd'hui votre prestataire informatique : vous êtes plus attaqués que d'habitude.",
			"Tell your IT contractor today: you are being attacked more than usual."), false, false}
	}
	return adviseCalm(v, w)
}

// lineIsFull reports whether an attack fills the access line.
func lineIsFull(v View) bool {
	return slices.ContainsFunc(v.Troubles, func(t Trouble) bool { return t.Code == TroubleLine })
}

// adviseCalm is for days on which the box copes alone.
func adviseCalm(v View, w words) advice {
	switch {
	case v.Mode == abri.Observe && v.Report.Attacks > 0:
		return advice{Text: w.pick(
			"Rien d'urgent. Si tout marche bien, demandez à votre technicien de passer le boîtier en protection.",
			"Nothing urgent. If all works well, ask your technician to switch the box to protection.")}
	case v.Report.Sky == abri.Rain:
		return advice{Text: w.pick(
			"Rien d'urgent : le boîtier fait son travail. Méfiez-vous aujourd'hui des courriels inattendus.",
			"Nothing urgent: the box does its work. Be wary today of mail you did not expect.")}
	}
	return advice{Text: w.pick("Rien à faire : le boîtier veille.", "Nothing to do: the box keeps watch.")}
}

// leaving reports whether something of today was on its way out.
func leaving(r weather.Report) bool {
	for _, f := range r.Families {
		if (f.Family == abri.Theft || f.Family == abri.Ransomware) && f.Attacks+f.Ongoing > 0 {
			return true
		}
	}
	return false
}

// trouble is one of the box's own troubles, in words.
type trouble struct {
	Text   string
	When   string
	Detail string
	Link   string // where to read more, "" for nowhere
}

// troublesOf says the troubles and what to do about each.
func troublesOf(v View, w words) []trouble {
	var out []trouble
	for _, t := range v.Troubles {
		when := ""
		if !t.At.IsZero() {
			when = wording.Moment(t.At, v.Now.In(v.place()), w.lang)
		}
		x := trouble{Text: troubleText(t.Code, w), When: when, Detail: t.Detail}
		if t.Code == TroubleLine {
			x.Link = saturationPath
		}
		out = append(out, x)
	}
	return out
}

func troubleText(code string, w words) string {
	switch code {
	case TroubleDiskFull:
		return w.pick(
			"Le disque du boîtier est plein : le filtre continue, mais les attaques ne sont plus écrites. Demandez à votre technicien de faire de la place.",
			"The disk of the box is full: the filter goes on, but attacks are no longer written down. Ask your technician to make room.")
	case TroubleDatabase:
		return w.pick(
			"Le registre des attaques est abîmé : le filtre continue, mais les chiffres peuvent manquer. Prévenez votre technicien.",
			"The record of attacks is damaged: the filter goes on, but figures may be missing. Tell your technician.")
	case TroubleDrift:
		return w.pick(
			"Le noyau n'applique pas toutes les adresses voulues : une partie des attaquants connus peut passer. Prévenez votre technicien.",
			"The kernel does not enforce every wanted address: some known attackers may get through. Tell your technician.")
	case TroubleLosses:
		return w.pick(
			"Trop de trafic à lire d'un coup : le filtre continue, mais certaines attaques peuvent ne pas être racontées. Si cela dure, prévenez votre technicien.",
			"Too much traffic to read at once: the filter goes on, but some attacks may not be told. If it lasts, tell your technician.")
	case TroubleList:
		return w.pick(
			"Une liste de menaces est ancienne, attend un accord ou n'est pas utilisable : le filtre continue avec les autres. Votre technicien verra pourquoi avec « abri lists ».",
			"A threat list is old, waits for a person or can't be used: the filter goes on with the others. Your technician sees why with “abri lists”.")
	case TroubleExempt:
		return w.pick(
			"Un fichier d'adresses à laisser passer n'est pas utilisable : celles qui ont été lues avant passent toujours. Prévenez votre technicien.",
			"A file of addresses to let pass can't be used: those read before still pass. Tell your technician.")
	case TroubleProof:
		return w.pick(
			"L'essai du filtre a échoué : des adresses qui devaient être arrêtées ne le sont pas, ou rien ne passe. Prévenez votre technicien ; « abri selftest » lui dira pourquoi.",
			"The self-test of the filter failed: addresses that should be stopped are not, or nothing crosses. Tell your technician; “abri selftest” tells why.")
	case TroubleLine:
		return w.pick(
			"La ligne est saturée, le boîtier ne peut pas l'empêcher ; appelez votre opérateur. La fiche à lui lire ou à lui envoyer est prête.",
			"The access line is full, the box cannot prevent it; call your operator. The sheet to read or to send to him is ready.")
	case TroublePort:
		return w.pick(
			"Le boîtier ne filtre plus par un de ses ports : il est débranché, sorti du pont, ou son filtre a été retiré. Prévenez votre technicien.",
			"The box no longer filters by one of its ports: it was pulled out, taken out of the bridge, or its filter was taken off. Tell your technician.")
	case TroubleTakenOff:
		return w.pick(
			"Quelqu'un a retiré le filtre d'un port du boîtier, qui l'a remis aussitôt. Si ce n'est pas votre technicien, prévenez-le.",
			"Somebody took the filter off a port of the box, which put it back at once. If it was not your technician, tell him.")
	case TroubleBond:
		return w.pick(
			"Un appareil relie plusieurs câbles en un seul (LACP), ce qui ne peut pas traverser le boîtier : la ligne risque de rester coupée. Votre technicien doit finir ce lien sur le boîtier, ou n'utiliser qu'un câble.",
			"A device joins several cables into one (LACP), which can't pass through the box: the line may stay dead. Your technician must end that link at the box, or use one cable.")
	case TroubleRestarted:
		return w.pick(
			"La partie qui lit le trafic s'est arrêtée puis est revenue : le filtre a continué. Rien à faire si cela reste rare.",
			"The part that reads the traffic stopped and came back: the filter went on. Nothing to do if it stays rare.")
	}
	return w.pick("Le boîtier signale : ", "The box reports: ") + code
}
