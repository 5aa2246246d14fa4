package lookalike

import "strings"

// company is the words that imitations put around a brand, French and English.
var company = strings.Fields(`
	abonnement abonne acces access account activation actualisation acheminement aide alert alerte amende amendes annulation app
	assistance assure assurance auth authentification billing carte certificat client clients code colis compte comptes confirm
	confirmation connect connexion contravention delivery demande document documents dossier enligne espace expedition facturation facture
	formulaire france fr gestion gouv help id identification identite impaye info infos information infraction invoice ligne livraison livre
	login maladie mes mise mobile mon moncompte monespace notification ouverture paiement paiements particulier particuliers
	parcel pass password pay payment portail portal pro recuperation refund reglement regularisation relance remboursement renouvellement
	renouv reset sante secure secured securepass security securise securite service services signin sms suivi suivis suivre support
	tarif tracking transport update user vignette valider verif verification verify verified vitale votre wallet web
`)

// ordinary takes words out that hold a brand's word, or are one letter off it, and have nothing to do with it.
var ordinary = strings.NewReplacer("revolution", "~", "lacoste", "~", "pineapple", "~", "grapple", "~", "dappled", "~", "webtransfer", "~", "wmtransfer", "~",
	"huaweicloud", "~", "hicloud", "~", "micloud", "~", "alicloud", "~", "apicloud", "~", "api-cloud", "~", "forticloud", "~", "multicloud", "~")

// favoured are the endings under which most of the imitations of the lists stand, and few of anybody's names.
var favoured = set(`top xyz click sbs cfd cyou icu shop site online info live link lol vip biz bond lat hair buzz rest club
	support help digital website space store fun pw tk ml ga cf gq quest monster autos`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
