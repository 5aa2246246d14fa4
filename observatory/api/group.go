package api

import (
	"context"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Group is why sites are together.
type Group struct {
	Number int64            `json:"number"`
	Sort   ledger.GroupSort `json:"sort" enum:"epci,canton,trade,technician"`
	Code   string           `json:"code"`
	Name   string           `json:"name"`
	Sites  int              `json:"sites" doc:"How many."`
}

// Groups are several.
type Groups struct {
	Groups []Group `json:"groups"`
}

// Members are the sites of a group.
type Members struct {
	Sites []int64 `json:"sites"`
}

// GroupWish is a group to be entered, or to get another name.
type GroupWish struct {
	Sort ledger.GroupSort `json:"sort" enum:"epci,canton,trade,technician"`
	Code string           `json:"code" minLength:"1" maxLength:"64"`
	Name string           `json:"name" minLength:"1" maxLength:"200"`
}

// groups are the operations on groups.
func groups(a *api) {
	add(a, operation{id: "list-groups", method: "GET", path: "/groups", summary: "The groups that the key sees", tag: "Groups", need: people.Read},
		func(ctx context.Context, c *caller, _ *struct{}) (Groups, error) {
			all, err := c.View.Groups(ctx)
			out := Groups{Groups: []Group{}}
			for _, g := range all {
				out.Groups = append(out.Groups, Group{g.Number, g.Sort, g.Code, g.Name, int(g.Sites)})
			}
			return out, err
		})
	type wish struct{ Body GroupWish }
	add(a, operation{id: "put-group", method: "POST", path: "/groups", summary: "Enter a group, or give it another name", tag: "Groups", need: people.Manage, status: 201},
		func(ctx context.Context, c *caller, in *wish) (Group, error) {
			g := ledger.Group{Sort: in.Body.Sort, Code: in.Body.Code, Name: in.Body.Name}
			n, err := c.PutGroup(ctx, g)
			if err != nil {
				return Group{}, err
			}
			members, err := c.View.Members(ctx, n)
			return Group{n, g.Sort, g.Code, g.Name, len(members)}, err
		})
	add(a, operation{id: "list-members", method: "GET", path: "/groups/{group}/sites", summary: "The sites of a group", tag: "Groups", need: people.Read},
		func(ctx context.Context, c *caller, in *InGroup) (Members, error) {
			all, err := c.View.Members(ctx, in.Group)
			return Members{orNone(all)}, err
		})
	type member struct {
		InGroup
		AtSite
	}
	act(a, operation{id: "join-group", method: "PUT", path: "/groups/{group}/sites/{site}", summary: "Put a site into a group", tag: "Groups", need: people.Manage},
		func(ctx context.Context, c *caller, in *member) error { return c.Join(ctx, in.Group, in.Site) })
	act(a, operation{id: "leave-group", method: "DELETE", path: "/groups/{group}/sites/{site}", summary: "Take a site out of a group", tag: "Groups", need: people.Manage},
		func(ctx context.Context, c *caller, in *member) error { return c.Leave(ctx, in.Group, in.Site) })
}
