"""Tests of the layer checker: each plants one violation into a small sound tree and expects exactly that one."""

import pathlib
import tempfile
import unittest

from check_layers import Layers, blank

TABLE = (pathlib.Path(__file__).resolve().parent.parent / "layers.toml").read_text()
SOUND = {
    "src/base/CMakeLists.txt": "batata_module(base LINKS fmt::fmt)",
    "src/base/types.h": "#include <cstdint>\n",
    "src/async/CMakeLists.txt": "batata_module(async LINKS batata_base)",
    "src/async/task.h": '#include "base/types.h"\n',
    "src/store/CMakeLists.txt": "batata_module(store LINKS batata_base)",
    "src/store/store.h": '#include <map>\n#include "base/types.h"\n',
    "src/store/store.cc": '#include "store/store.h"\n',
    "src/store/store_test.cc": '#include <gtest/gtest.h>\n#include <mutex>\n#include "sim/sim_runtime.h"\n#include "store/store.h"\n',
    "src/raft/CMakeLists.txt": "batata_module(raft LINKS batata_base ${BATATA_RAFT_ARCHIVE})",
    "src/raft/core.h": "",
    "src/raft/raft_shim.c": "#include <raft.h>\n",
    "src/cluster/CMakeLists.txt": "batata_module(cluster LINKS batata_store batata_async)",
    "src/cluster/watches.h": '#include "async/task.h"\n#include "base/types.h"\n#include "store/store.h"\n',
    "src/domain/config/CMakeLists.txt": "batata_module(domain_config LINKS batata_cluster)",
    "src/domain/config/config.h": '#include "cluster/watches.h"\n',
    "src/domain/discovery/CMakeLists.txt": "batata_module(domain_discovery LINKS batata_cluster)",
    "src/domain/discovery/service.h": "",
    "src/faces/common/CMakeLists.txt": "batata_module(faces_common LINKS batata_base)",
    "src/faces/common/access.h": "",
    "src/faces/nacos/CMakeLists.txt": "batata_module(faces_nacos LINKS batata_faces_common batata_domain_config)",
    "src/faces/nacos/rows.cc": '#include "domain/config/config.h"\n#include "faces/common/access.h"\n',
    "src/faces/consul/CMakeLists.txt": "batata_module(faces_consul LINKS batata_base)",
    "src/faces/consul/kv.h": "",
    "src/net/CMakeLists.txt": "batata_module(net LINKS batata_async PkgConfig::nghttp2)",
    "src/net/http/session.cc": "#include <sys/socket.h>\n#include <nghttp2/nghttp2.h>\n",
    "src/net/frames_internal.h": "#include <nghttp2/nghttp2.h>\n",
    "sim/sim_runtime.h": "#include <random>\n",
    "tests/bench/baseline.cc": '#include <grpcpp/grpcpp.h>\n#include "nacos.grpc.pb.h"\n',
}


def violations(**changes):
    """The violations of the sound tree after changes given as path=text; '__' stands for '/', '_DOT_' for '.'."""
    files = {**SOUND, **{path.replace("__", "/").replace("_DOT_", "."): text for path, text in changes.items()}}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "layers.toml").write_text(files.pop("layers.toml", TABLE))
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return [str(violation) for violation in Layers(root).violations()]


class Includes(unittest.TestCase):
    def expect(self, sentence, **changes):
        found = violations(**changes)
        self.assertEqual(len(found), 1, found)
        self.assertIn(sentence, found[0])

    def test_a_sound_tree_has_no_violation(self):
        self.assertEqual(violations(), [])

    def test_including_upwards_is_found(self):
        found = violations(src__store__bad_DOT_h='\n#include "cluster/watches.h"\n')
        self.assertIn("src/store/bad.h:2: src/store may not include src/cluster (cluster/watches.h)", found)

    def test_a_neighbour_of_the_same_layer_is_found(self):
        found = violations(src__store__bad_DOT_h='#include "raft/core.h"\n')
        self.assertIn("src/store/bad.h:1: src/store may not include src/raft (raft/core.h)", found)

    def test_a_face_may_not_include_another(self):
        found = violations(src__faces__nacos__bad_DOT_cc='#include "faces/consul/kv.h"\n')
        self.assertIn("src/faces/nacos/bad.cc:1: src/faces/nacos may not include src/faces/consul (faces/consul/kv.h)", found)

    def test_a_domain_may_not_include_another(self):
        found = violations(src__domain__config__bad_DOT_cc='#include "domain/discovery/service.h"\n')
        self.assertIn("src/domain/config may not include src/domain/discovery", found[0])

    def test_a_third_party_header_in_the_wrong_folder_is_found(self):
        self.expect("src/cluster may not include boost", src__cluster__bad_DOT_cc="#include <boost/asio.hpp>\n")

    def test_generated_messages_are_held_to_their_folder(self):
        self.expect("src/domain/config may not include protobuf", src__domain__config__bad_DOT_cc='#include "x.pb.h"\n')

    def test_a_private_library_may_not_be_reached_through_a_header(self):
        self.expect("net/frames_internal.h brings nghttp2", src__app__main_DOT_cc='#include "net/frames_internal.h"\n')

    def test_an_unknown_library_is_found(self):
        self.expect("<nlohmann/json.hpp> is in no row", src__base__bad_DOT_cc="#include <nlohmann/json.hpp>\n")

    def test_a_header_that_does_not_exist_is_found(self):
        self.expect("is no header of ours", src__base__bad_DOT_cc='#include "types.h"\n')

    def test_only_tests_may_name_a_header_by_its_folder(self):
        self.assertEqual(violations(tests__bench__load_DOT_cc='#include "load.h"\n', tests__bench__load_DOT_h=""), [])
        self.expect("is no header of ours", src__async__bad_DOT_cc='#include "task.h"\n')

    def test_gtest_belongs_to_tests_only(self):
        self.expect("may not include gtest", src__base__bad_DOT_cc="#include <gtest/gtest.h>\n")

    def test_the_simulator_belongs_to_tests_only(self):
        found = violations(src__store__bad_DOT_cc='#include "sim/sim_runtime.h"\n')
        self.assertIn("src/store/bad.cc:1: src/store may not include sim (sim/sim_runtime.h)", found)

    def test_a_folder_without_a_row_is_found(self):
        self.expect("no row of layers.toml covers this folder", src__util__strings_DOT_h="")


class Tokens(unittest.TestCase):
    def tokens(self, path, line):
        return [text.split(": ")[1] for text in violations(**{path: line + "\n"})]

    def test_each_list_finds_its_token(self):
        for path, line, rule in [
            ("src/cluster/a.cc", "auto now = std::chrono::steady_clock::now();", "clocks"),
            ("src/cluster/a_test.cc", "std::this_thread::sleep_for(1s);", "clocks"),
            ("src/cluster/a.cc", "std::thread worker;", "threads"),
            ("src/cluster/a_test.cc", "std::thread worker;", "threads"),
            ("src/domain/config/a.cc", "std::mutex mutex;", "locks"),
            ("src/store/a.cc", "std::mt19937_64 engine;", "random"),
            ("src/store/a.cc", "std::ofstream file;", "files"),
            ("src/faces/nacos/a.cc", "#include <sys/socket.h>", "sockets"),
            ("src/cluster/a.h", "std::unordered_map<int, int> values;", "unordered containers"),
            ("src/store/a.cc", "double share = 0;", "floating point"),
            ("src/net/a.cc", 'auto* home = std::getenv("HOME");', "environment"),
            ("src/net/a.cc", "throw 1;", "exceptions"),
            ("src/domain/config/a.h", '#include "base/json.h"', "JSON in the domain"),
        ]:
            with self.subTest(line=line):
                self.assertIn(rule, self.tokens(path, line))

    def test_allowed_folders_and_files_pass(self):
        self.assertEqual(self.tokens("src/net/a.cc", "std::mutex mutex; std::thread thread;"), [])
        self.assertEqual(self.tokens("src/async/published_map.h", "std::mutex mutex; std::unordered_map<int, int> m;"), [])

    def test_comments_and_strings_are_not_code(self):
        self.assertEqual(self.tokens("src/store/a.cc", '// std::mutex\n/* throw\n double */ auto s = "std::thread";'), [])

    def test_blanking_keeps_lines_and_code(self):
        text = "int a = 1'000; /* one\ntwo */ char c = '\"'; auto r = R\"x(\")x\"; int b; // end\nint d;"
        blanked = blank(text)
        self.assertEqual(blanked.count("\n"), text.count("\n"))
        for kept in ("int a = 1'000;", "int b;", "int d;"):
            self.assertIn(kept, blanked)
        for gone in ("one", "two", "end", ")x"):
            self.assertNotIn(gone, blanked)


class Links(unittest.TestCase):
    def only(self, **changes):
        found = violations(**changes)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_linking_upwards_is_found(self):
        text = self.only(src__store__CMakeLists_DOT_txt="batata_module(store LINKS batata_base batata_cluster)")
        self.assertIn("src/store may not link batata_cluster", text)

    def test_linking_a_library_of_another_folder_is_found(self):
        text = self.only(src__store__CMakeLists_DOT_txt="batata_module(store LINKS batata_base Boost::headers)")
        self.assertIn("src/store may not link Boost::headers", text)

    def test_an_unknown_target_is_found(self):
        text = self.only(src__async__CMakeLists_DOT_txt="batata_module(async LINKS batata_base nlohmann_json)")
        self.assertIn("links nlohmann_json, which is no module", text)

    def test_an_include_without_a_link_is_found(self):
        text = self.only(src__domain__config__CMakeLists_DOT_txt="batata_module(domain_config LINKS batata_base)")
        self.assertIn("does not link batata_cluster", text)

    def test_a_wrong_name_is_found(self):
        text = self.only(src__async__CMakeLists_DOT_txt="batata_module(asynch LINKS batata_base)")
        self.assertIn("the module of src/async is named asynch", text)

    def test_tests_may_link_what_the_module_may_not(self):
        self.assertEqual(violations(src__store__CMakeLists_DOT_txt="batata_module(store LINKS batata_base TEST_LINKS batata_sim)"), [])


    def test_what_defines_a_lower_port_may_be_linked_and_not_included(self):
        digest = {"src/platform/digest/CMakeLists.txt": "batata_module(platform_digest LINKS batata_base)",
                  "src/platform/digest/digest.h": ""}
        linked = "batata_module(store LINKS batata_base batata_platform_digest)"
        self.assertEqual(violations(src__store__CMakeLists_DOT_txt=linked, **digest), [])
        included = {"src/store/bad.cc": '#include "platform/digest/digest.h"\n'}
        self.assertIn("src/store may not include src/platform/digest",
                      self.only(src__store__CMakeLists_DOT_txt=linked, **digest, **included))


class Table(unittest.TestCase):
    def test_a_row_that_points_up_is_found(self):
        table = TABLE.replace('[folders."src/async"]\nlayer = 1\nmay_include = ["src/base"]',
                              '[folders."src/async"]\nlayer = 1\nmay_include = ["src/base", "src/store"]')
        found = violations(**{"layers.toml": table})
        self.assertEqual(found, ["layers.toml:1: src/async (layer 1) may include src/store above it"])

    def test_a_row_that_names_an_unknown_library_is_found(self):
        table = TABLE.replace('private_third_party = ["rocksdb"]', 'private_third_party = ["rocksdb", "abseil"]')
        self.assertTrue(any("names abseil" in text for text in violations(**{"layers.toml": table})))


if __name__ == "__main__":
    unittest.main()
