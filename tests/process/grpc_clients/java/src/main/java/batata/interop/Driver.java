package batata.interop;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The driver of grpc-java: one call a line, one line of what came of it (tests/process/interop.py has the protocol). */
public final class Driver {
  private Driver() {}

  /** Messages are bytes, as they stand. */
  private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    String[] address = arguments[0].split(":");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address[0], Integer.parseInt(address[1])).usePlaintext().disableRetry().build();
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      List<byte[]> messages = new ArrayList<>();
      for (String text : words[2].replace("-", "").split(",", -1)) messages.add(HexFormat.of().parseHex(text));
      System.out.println(call(channel, words[0], words[1], messages, words[3], Long.parseLong(words[4])));
    }
    channel.shutdownNow();
  }

  private static String call(
      Channel channel, String kind, String path, List<byte[]> messages, String encoding, long timeoutMs) throws Exception {
    boolean unary = kind.equals("unary");
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Raw(), new Raw())
            .setType(unary ? MethodDescriptor.MethodType.UNARY : MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(path.substring(1))
            .build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS);
    if (encoding.equals("gzip")) options = options.withCompression("gzip");
    List<byte[]> got = new ArrayList<>();
    Status status = Status.OK;
    if (unary) {
      try {
        got.add(ClientCalls.blockingUnaryCall(channel, method, options, messages.get(0)));
      } catch (StatusRuntimeException error) {
        status = error.getStatus();
      }
    } else {
      status = stream(channel, method, options, messages, kind.equals("stream"), got);
    }
    String text = status.getDescription() == null ? "" : status.getDescription();
    List<String> texts = new ArrayList<>();
    for (byte[] one : got) texts.add(HexFormat.of().formatHex(one));
    return status.getCode().value() + " " + or(String.join(",", texts)) + " "
        + or(HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Status stream(
      Channel channel, MethodDescriptor<byte[], byte[]> method, CallOptions options, List<byte[]> messages,
      boolean ends, List<byte[]> got) throws Exception {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    StreamObserver<byte[]> sender =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method, options),
            new StreamObserver<byte[]>() {
              @Override
              public void onNext(byte[] message) {
                got.add(message);
              }

              @Override
              public void onError(Throwable error) {
                ended.complete(Status.fromThrowable(error));
              }

              @Override
              public void onCompleted() {
                ended.complete(Status.OK);
              }
            });
    for (byte[] message : messages) sender.onNext(message);
    if (ends) sender.onCompleted();
    return ended.get(60, TimeUnit.SECONDS);
  }

  private static String or(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
