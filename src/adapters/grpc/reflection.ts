import { status as Status } from "@grpc/grpc-js";
import { toBinary, type DescFile, type DescService, type MessageInitShape } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
} from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionV1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import type { HostedService } from "../../ports/services.ts";

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>["messageResponse"]>;
type Question = ServerReflectionRequest["messageRequest"];

/**
 * Server reflection, v1 and v1alpha: what stock tools such as grpcurl ask to learn the services of a server.
 *
 * The two versions differ in name only, so one implementation serves both. Source: grpc/reflection/v1/reflection.proto.
 *
 * @param services The services to tell of; reflection itself is told of as well.
 */
export function reflectionServices(services: readonly DescService[]): readonly HostedService[] {
  const own = [ServerReflection, ServerReflectionV1Alpha];
  const schema = new Schema([...services, ...own]);
  const handlers = {
    serverReflectionInfo: (requests: AsyncIterable<ServerReflectionRequest>) => converse(schema, requests),
  };
  return own.map((descriptor) => ({ descriptor, handlers, loopbackOnly: false }));
}

async function* converse(schema: Schema, requests: AsyncIterable<ServerReflectionRequest>): AsyncGenerator<object> {
  for await (const request of requests) {
    yield { validHost: request.host, originalRequest: request, messageResponse: schema.answer(request.messageRequest) };
  }
}

/** The descriptors of some services, and answers about them. */
class Schema {
  readonly #services: readonly string[];
  readonly #files: ReadonlyMap<string, DescFile>;
  readonly #symbols: ReadonlyMap<string, DescFile>;

  constructor(services: readonly DescService[]) {
    const files = [...new Set(services.flatMap((service) => closure(service.file)))];
    this.#services = services.map((service) => service.typeName).sort();
    this.#files = new Map(files.map((file) => [file.proto.name, file]));
    this.#symbols = new Map(files.flatMap((file) => symbols(file).map((name) => [name, file] as const)));
  }

  answer(question: Question): Answer {
    switch (question.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: this.#services.map((name) => ({ name })) } };
      case "fileByFilename":
        return found(this.#files.get(question.value), `file ${question.value}`);
      case "fileContainingSymbol":
        return found(this.#symbols.get(question.value.replace(/^\./, "")), `symbol ${question.value}`);
      case "fileContainingExtension":
      case "allExtensionNumbersOfType":
        return refused(Status.UNIMPLEMENTED, "proto3 has no extensions");
      case undefined:
        return refused(Status.INVALID_ARGUMENT, "the request asks for nothing");
    }
  }
}

/** Full names of all that a file declares: services and methods, messages, fields and oneofs, enums and their values. */
function symbols(file: DescFile): readonly string[] {
  return [...nestedTypes(file)].flatMap((type) => {
    const within = (members: readonly { readonly name: string }[], scope: string) =>
      members.map(({ name }) => (scope === "" ? name : `${scope}.${name}`));
    switch (type.kind) {
      case "message":
        return [type.typeName, ...within([...type.fields, ...type.oneofs], type.typeName)];
      case "service":
        return [type.typeName, ...within(type.methods, type.typeName)];
      case "enum":
        // As in C++, an enum's values are named in the scope around it.
        return [type.typeName, ...within(type.values, type.typeName.split(".").slice(0, -1).join("."))];
      case "extension":
        return [type.typeName];
    }
  });
}

function found(file: DescFile | undefined, what: string): Answer {
  if (file === undefined) return refused(Status.NOT_FOUND, `no ${what} here`);
  const fileDescriptorProto = closure(file).map((each) => toBinary(FileDescriptorProtoSchema, each.proto));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function refused(errorCode: Status, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}

/** The file and all it depends on, each once, itself first, and every file before those that it imports. */
function closure(file: DescFile): readonly DescFile[] {
  const after = new Set<DescFile>();
  // What is imported is added before what imports it, so the order is the other way round.
  const visit = (each: DescFile): void => {
    if (after.has(each)) return;
    for (const dependency of each.dependencies) visit(dependency);
    after.add(each);
  };
  visit(file);
  return [...after].toReversed();
}
