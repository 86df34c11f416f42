// Package driver is what the drivers of both Go clients share: the line protocol of ../../lines.py and the names of
// clients.
package driver

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// lineMax bounds a request: a value of 1 MB of three-byte characters is 9 MB when percent-encoded.
const lineMax = 64 << 20

const null = `\N`

// Emit tells the runner an event of a listener. Any goroutine.
type Emit func(listener string, fields ...string)

// Client is one client of the library under test.
type Client interface {
	// Run performs a verb and returns the fields of its answer.
	Run(verb string, arguments []string) ([]string, error)
	Close()
}

// Opening says what client to make.
type Opening struct {
	Kind, Host string
	Port       uint64
	Namespace  string
	User       string // empty: nobody signs in
	Password   string
	State      string // a directory for all that the library writes
}

// Open makes a client.
type Open func(opening Opening, emit Emit) (Client, error)

type driver struct {
	open    Open
	state   string
	lock    sync.Mutex // guards what follows
	out     io.Writer
	clients map[string]Client
}

// Run serves requests from standard input until it ends. The first argument of the program is the state directory.
func Run(open Open) {
	d := &driver{open: open, state: os.Args[1], out: os.Stdout, clients: map[string]Client{}}
	os.Stdout = os.Stderr // What a library prints must not look like an answer.
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 1<<20), lineMax)
	for lines.Scan() {
		fields := split(lines.Text())
		go d.answer(fields[0], fields[1], fields[2:])
	}
	os.Exit(0) // The libraries leave goroutines behind.
}

func (d *driver) answer(id, verb string, arguments []string) {
	defer func() {
		if failure := recover(); failure != nil {
			d.write(id, "error", fmt.Sprint("panic: ", failure))
		}
	}()
	fields, err := d.perform(verb, arguments)
	if err != nil {
		d.write(id, "error", err.Error())
		return
	}
	d.write(append([]string{id, "ok"}, fields...)...)
}

func (d *driver) perform(verb string, arguments []string) ([]string, error) {
	name := arguments[0]
	if verb == "open" {
		return nil, d.add(name, arguments[1:])
	}
	d.lock.Lock()
	client := d.clients[name]
	if verb == "close" {
		delete(d.clients, name)
	}
	d.lock.Unlock()
	if client == nil {
		return nil, fmt.Errorf("no client is called %s", name)
	}
	if verb == "close" {
		client.Close()
		return nil, nil
	}
	return client.Run(verb, arguments[1:])
}

func (d *driver) add(name string, a []string) error {
	host, port, _ := strings.Cut(a[1], ":")
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return err
	}
	client, err := d.open(Opening{Kind: a[0], Host: host, Port: number, Namespace: a[2], User: a[3], Password: a[4],
		State: d.state + "/" + name}, d.event)
	if err != nil {
		return err
	}
	d.lock.Lock()
	defer d.lock.Unlock()
	d.clients[name] = client
	return nil
}

func (d *driver) event(listener string, fields ...string) {
	d.write(append([]string{"event", listener}, fields...)...)
}

func (d *driver) write(fields ...string) {
	encoded := make([]string, len(fields))
	for i, field := range fields {
		encoded[i] = url.QueryEscape(field)
	}
	d.lock.Lock()
	defer d.lock.Unlock()
	_, _ = io.WriteString(d.out, strings.Join(encoded, "\t")+"\n")
}

func split(line string) []string {
	fields := strings.Split(line, "\t")
	for i, field := range fields {
		if field == null {
			fields[i] = ""
		} else if text, err := url.QueryUnescape(field); err == nil {
			fields[i] = text
		}
	}
	return fields
}

// Truth is the answer to a verb whose result is a boolean.
func Truth(value bool, err error) ([]string, error) {
	return []string{strconv.FormatBool(value)}, err
}

// Pairs reads "key=value,key=value".
func Pairs(text string) map[string]string {
	pairs := map[string]string{}
	for _, pair := range strings.Split(text, ",") {
		if key, value, found := strings.Cut(pair, "="); found {
			pairs[key] = value
		}
	}
	return pairs
}

// Instance writes "ip:port;weight;healthy;key=value,key=value" with the keys in order.
func Instance(ip string, port uint64, weight float64, healthy bool, metadata map[string]string) string {
	pairs := make([]string, 0, len(metadata))
	for key, value := range metadata {
		pairs = append(pairs, key+"="+value)
	}
	sort.Strings(pairs)
	number := strconv.FormatFloat(weight, 'f', -1, 64)
	if !strings.Contains(number, ".") {
		number += ".0"
	}
	return fmt.Sprintf("%s:%d;%s;%t;%s", ip, port, number, healthy, strings.Join(pairs, ","))
}

// Number reads a port.
func Number(text string) uint64 {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		panic(err)
	}
	return number
}

// Float reads a weight.
func Float(text string) float64 {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return number
}

// Address reads "ip:port".
func Address(text string) (string, uint64) {
	ip, port, _ := strings.Cut(text, ":")
	return ip, Number(port)
}
