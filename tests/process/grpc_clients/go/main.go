// The driver of grpc-go: one call a line, one line of what came of it (tests/process/interop.py has the protocol).
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/status"
)

// Messages are bytes, as they stand.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = append([]byte{}, data...); return nil }
func (raw) Name() string                       { return "raw" }

func call(connection *grpc.ClientConn, kind, path string, messages [][]byte, encoding string, timeout time.Duration) ([][]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	options := []grpc.CallOption{grpc.ForceCodec(raw{}), grpc.MaxCallSendMsgSize(1 << 30)}
	if encoding == "gzip" {
		options = append(options, grpc.UseCompressor("gzip"))
	}
	if kind == "unary" {
		var got []byte
		if err := connection.Invoke(ctx, path, &messages[0], &got, options...); err != nil {
			return nil, err
		}
		return [][]byte{got}, nil
	}
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, path, options...)
	if err != nil {
		return nil, err
	}
	for i := range messages {
		if err := stream.SendMsg(&messages[i]); err != nil {
			break // the reason comes with what is received
		}
	}
	if kind == "stream" {
		_ = stream.CloseSend()
	}
	var all [][]byte
	for {
		var got []byte
		if err := stream.RecvMsg(&got); err != nil {
			if err.Error() == "EOF" {
				return all, nil
			}
			return all, err
		}
		all = append(all, got)
	}
}

func main() {
	connection, err := grpc.NewClient("passthrough:///"+os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		panic(err)
	}
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 1<<27)
	for input.Scan() {
		words := strings.Fields(input.Text())
		var messages [][]byte
		for _, text := range strings.Split(strings.Trim(words[2], "-"), ",") {
			message, _ := hex.DecodeString(text)
			messages = append(messages, message)
		}
		ms, _ := strconv.Atoi(words[4])
		got, err := call(connection, words[0], words[1], messages, words[3], time.Duration(ms)*time.Millisecond)
		var texts []string
		for _, one := range got {
			texts = append(texts, hex.EncodeToString(one))
		}
		said := status.Convert(err)
		fmt.Println(int(said.Code()), or(strings.Join(texts, ",")), or(hex.EncodeToString([]byte(said.Message()))))
	}
}

func or(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
