package control

import (
	"context"
	"net/http"
	"time"

	"abri.example/abri/box/library"
)

// NewList is a list to add: one of the catalogue by its name, or one by its address with a name for it. Plain lets an
// address without TLS be used; Observe has it stop nothing.
type NewList struct {
	Name    string `json:"name"`
	URL     string `json:"url,omitempty"`
	Plain   bool   `json:"plain,omitempty"`
	Observe bool   `json:"observe,omitempty"`
}

// NameAnswer is what `abri why` shows of a name: whose guarded name it is, every list that has it, and whom it imitates.
type NameAnswer struct {
	Name     string      `json:"name"`
	Guarded  string      `json:"guarded,omitempty"`
	Lists    []NameEntry `json:"lists"`
	Passes   string      `json:"passes,omitempty"` // why it passes although it is listed
	Imitates *Imitation  `json:"imitates,omitempty"`
}

// Imitation is whom a name imitates, with points from 0 to 100 and what they are for. From 50 it is told; Stops says that there
// are enough of them to stop it.
type Imitation struct {
	Whom    string   `json:"whom"`
	Points  int      `json:"points"`
	Stops   bool     `json:"stops"`
	Because []string `json:"because"`
}

// NameEntry is one list in a NameAnswer. Whole says that the entry covers what lies beneath it.
type NameEntry struct {
	List      string    `json:"list"`
	Publisher string    `json:"publisher,omitempty"`
	Entry     string    `json:"entry"`
	Whole     bool      `json:"whole"`
	Dated     time.Time `json:"dated,omitzero"`
	Observe   bool      `json:"observe"`
}

// Librarian is what the door leads to for the threat lists. Implementations are safe for concurrent use; errors are
// *abri.Error.
type Librarian interface {
	Lists(context.Context) ([]library.Report, error)
	AddList(ctx context.Context, who Who, l NewList) error
	RemoveList(ctx context.Context, who Who, name string) error
	RefreshList(ctx context.Context, who Who, name string) error
	AcceptList(ctx context.Context, who Who, name string) error
	WhyName(ctx context.Context, name string) (NameAnswer, error)
	ReleaseName(ctx context.Context, who Who, name string, lasting time.Duration) error
	ForgetName(ctx context.Context, who Who, name string) error
}

// fetching is how long a person waits for publishers to answer.
const fetching = 10 * time.Minute

// Lists tells of every threat list.
func (c *Client) Lists(ctx context.Context) ([]library.Report, error) {
	return ask[[]library.Report](ctx, c, "/lists", request{})
}

// AddList adds a list; it stands over a restart.
func (c *Client) AddList(ctx context.Context, l NewList) error {
	_, err := ask[any](ctx, c.patient(), "/lists/add", request{List: &l})
	return err
}

// RemoveList takes back a list that was added.
func (c *Client) RemoveList(ctx context.Context, name string) error {
	_, err := ask[any](ctx, c.patient(), "/lists/remove", request{List: &NewList{Name: name}})
	return err
}

// RefreshList asks the publisher of a list, or of all with an empty name, now.
func (c *Client) RefreshList(ctx context.Context, name string) error {
	_, err := ask[any](ctx, c.patient(), "/lists/refresh", request{List: &NewList{Name: name}})
	return err
}

// AcceptList takes the version of a list that waits for a person.
func (c *Client) AcceptList(ctx context.Context, name string) error {
	_, err := ask[any](ctx, c.patient(), "/lists/accept", request{List: &NewList{Name: name}})
	return err
}

// WhyName explains a name.
func (c *Client) WhyName(ctx context.Context, name string) (NameAnswer, error) {
	return ask[NameAnswer](ctx, c, "/why/name", request{List: &NewList{Name: name}})
}

// ReleaseName lets a name pass whatever lists say, and all beneath it; 0 is for ever.
func (c *Client) ReleaseName(ctx context.Context, name string, lasting time.Duration) error {
	_, err := ask[any](ctx, c, "/release/name", request{List: &NewList{Name: name}, For: lasting})
	return err
}

// ForgetName takes the release of a name back.
func (c *Client) ForgetName(ctx context.Context, name string) error {
	_, err := ask[any](ctx, c, "/forget/name", request{List: &NewList{Name: name}})
	return err
}

// patient is the client for questions that the box answers when publishers have answered.
func (c *Client) patient() *Client {
	return &Client{path: c.path, http: http.Client{Timeout: fetching, Transport: c.http.Transport}}
}

// listRoutes are the questions about lists.
func listRoutes(b Librarian, handle func(path string, do func(context.Context, Who, request) (any, error))) {
	named := func(do func(context.Context, Who, string) error) func(context.Context, Who, request) (any, error) {
		return func(ctx context.Context, who Who, r request) (any, error) { return nil, do(ctx, who, r.list().Name) }
	}
	handle("/lists", func(ctx context.Context, _ Who, _ request) (any, error) { return b.Lists(ctx) })
	handle("/why/name", func(ctx context.Context, _ Who, r request) (any, error) { return b.WhyName(ctx, r.list().Name) })
	handle("/lists/add", func(ctx context.Context, who Who, r request) (any, error) { return nil, b.AddList(ctx, who, r.list()) })
	handle("/release/name", func(ctx context.Context, who Who, r request) (any, error) {
		return nil, b.ReleaseName(ctx, who, r.list().Name, r.For)
	})
	handle("/forget/name", named(b.ForgetName))
	handle("/lists/remove", named(b.RemoveList))
	handle("/lists/refresh", named(b.RefreshList))
	handle("/lists/accept", named(b.AcceptList))
}

func (r request) list() NewList {
	if r.List == nil {
		return NewList{}
	}
	return *r.List
}
