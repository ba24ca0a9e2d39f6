// franz-go's registry client, for the tests: registers, looks up, checks, deletes, and encodes with
// its Serde. Prints, as one JSON object, what the registry answered; the test says what is right.
//
//	main REGISTRY
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/twmb/franz-go/pkg/sr"
)

const (
	first   = `{"type":"record","name":"Go","fields":[{"name":"x","type":"int"}]}`
	second  = `{"type":"record","name":"Go","fields":[{"name":"x","type":"int"},{"name":"y","type":"int","default":0}]}`
	refused = `{"type":"record","name":"Go","fields":[{"name":"x","type":"int"},{"name":"z","type":"int"}]}`
	proto   = "syntax = \"proto3\";\nmessage Outer {\n  message Inner {\n    string s = 1;\n  }\n  Inner inner = 1;\n}\n"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func codeOf(err error) int {
	var refusal *sr.ResponseError
	if errors.As(err, &refusal) {
		return refusal.ErrorCode
	}
	return 0
}

type inner struct{}

func main() {
	ctx := context.Background()
	client, err := sr.NewClient(sr.URLs(os.Args[1]))
	check(err)
	told := map[string]any{}

	types, err := client.SupportedTypes(ctx)
	check(err)
	told["types"] = types
	one, err := client.CreateSchema(ctx, "go-value", sr.Schema{Schema: first})
	check(err)
	again, err := client.CreateSchema(ctx, "go-value", sr.Schema{Schema: first})
	check(err)
	told["same"] = one.ID == again.ID && one.Version == again.Version
	two, err := client.CreateSchema(ctx, "go-value", sr.Schema{Schema: second})
	check(err)
	told["versions"] = []int{one.Version, two.Version}
	_, err = client.CreateSchema(ctx, "go-value", sr.Schema{Schema: refused})
	told["incompatible"] = codeOf(err)
	checked, err := client.CheckCompatibility(sr.WithParams(ctx, sr.Verbose), "go-value", -1, sr.Schema{Schema: refused})
	check(err)
	told["checked"] = checked.Is
	told["explained"] = len(checked.Messages) > 0
	_, err = client.CreateSchema(ctx, "go-value", sr.Schema{Schema: `{"type":"recor"}`})
	told["invalid"] = codeOf(err)
	_, err = client.SchemaByVersion(ctx, "nowhere", 1)
	told["noSubject"] = codeOf(err)
	_, err = client.SchemaByVersion(ctx, "go-value", 99)
	told["noVersion"] = codeOf(err)
	_, err = client.SchemaByID(ctx, 1_000_000)
	told["noSchema"] = codeOf(err)

	found, err := client.LookupSchema(ctx, "go-value", sr.Schema{Schema: first})
	check(err)
	told["lookedUp"] = found.ID == one.ID && found.Version == 1
	text, err := client.SchemaTextByID(ctx, two.ID)
	check(err)
	told["text"] = text == second
	byGUID, err := client.SchemaByGUID(ctx, two.GUID)
	check(err)
	told["byGuid"] = byGUID.Schema.Schema == second
	ids, err := client.SchemaIDsByGUID(ctx, two.GUID)
	check(err)
	told["idsOfGuid"] = len(ids) == 1 && ids[0].ID == two.ID && ids[0].Context == "."
	usages, err := client.SchemaUsagesByID(ctx, two.ID)
	check(err)
	told["usages"] = len(usages)

	level := client.SetCompatibility(ctx, sr.SetCompatibility{Level: sr.CompatFullTransitive}, "go-value")
	check(level[0].Err)
	level = client.Compatibility(ctx, "go-value")
	check(level[0].Err)
	told["level"] = level[0].Level.String()
	check(client.ResetCompatibility(ctx, "go-value")[0].Err)
	mode := client.SetMode(ctx, sr.ModeReadOnly, "go-value")
	check(mode[0].Err)
	_, err = client.CreateSchema(ctx, "go-value", sr.Schema{Schema: `"int"`})
	told["readOnly"] = codeOf(err)
	check(client.ResetMode(ctx, "go-value")[0].Err)

	outer, err := client.CreateSchema(ctx, "go-protobuf-value", sr.Schema{Schema: proto, Type: sr.TypeProtobuf})
	check(err)
	var serde sr.Serde
	serde.Register(outer.ID, inner{}, sr.Index(0, 0), sr.EncodeFn(func(any) ([]byte, error) {
		return []byte{0x0a, 2, 'h', 'i'}, nil
	}))
	bytes, err := serde.Encode(inner{})
	check(err)
	told["protobuf"] = base64.StdEncoding.EncodeToString(bytes)

	base, err := client.CreateSchema(ctx, "go-base", sr.Schema{Schema: `{"type":"record","name":"Base","fields":[]}`})
	check(err)
	user, err := client.CreateSchema(ctx, "go-user", sr.Schema{
		Schema:     `{"type":"record","name":"User","fields":[{"name":"base","type":"Base"}]}`,
		References: []sr.SchemaReference{{Name: "Base", Subject: "go-base", Version: base.Version}},
	})
	check(err)
	users, err := client.SchemaReferences(ctx, "go-base", 1)
	check(err)
	told["referencedBy"] = len(users) == 1 && users[0].ID == user.ID
	told["stillUsed"] = codeOf(client.DeleteSchema(ctx, "go-base", 1, sr.SoftDelete))

	check(client.DeleteSchema(ctx, "go-value", 1, sr.SoftDelete))
	told["notDeletedFirst"] = codeOf(client.DeleteSchema(ctx, "go-value", 2, sr.HardDelete))
	left, err := client.SubjectVersions(ctx, "go-value")
	check(err)
	all, err := client.SubjectVersions(sr.WithParams(ctx, sr.ShowDeleted), "go-value")
	check(err)
	told["left"] = [][]int{left, all}
	_, err = client.DeleteSubject(ctx, "go-value", sr.SoftDelete)
	check(err)
	deleted, err := client.DeleteSubject(ctx, "go-value", sr.HardDelete)
	check(err)
	told["deleted"] = deleted
	check(json.NewEncoder(os.Stdout).Encode(told))
}
