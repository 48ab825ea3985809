#include "crawler/process/container_risk.h"

#include <sys/stat.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "crawler/process/launch.h"
#include "crawler/process/temporary_directory.h"
#include "model/base/text.h"

using namespace mcprisk;
using namespace mcprisk::crawler;
namespace data = boost::unit_test::data;

namespace {

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> list;
    for (const std::string_view word : split(text, ' ')) list.emplace_back(word);
    return list;
}

std::optional<std::string> risk_of(const char* command, NamedBy by = NamedBy::person) {
    ContainerPlace place;
    place.by = by;
    place.home = "/home/me";
    return container_risk(words(command), place);
}

void executable(const std::string& file) {
    std::ofstream(file) << "#!/bin/sh\n";
    chmod(file.c_str(), 0755);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(container_risk)

BOOST_DATA_TEST_CASE(what_breaks_a_container,
                     data::make({"docker run --privileged a",
                                 "docker run --privileged=false a",
                                 "docker run -v /:/host a",
                                 "docker run -v/:/h a",
                                 "docker run -v=/:/h a",
                                 "docker run -itv /:/h a",
                                 "docker run -itv/:/h a",
                                 "docker run -i -tv=/:/h a",
                                 "docker run -v /.:/h a",
                                 "docker run -v //:/h a",
                                 "docker run -v /usr/..:/h a",
                                 "docker run -v /srv/../etc:/h a",
                                 "docker run -v /etc/:/h a",
                                 "docker run -v ./x:/h a",
                                 "docker run -v ..:/h a",
                                 "docker run -v ~:/h a",
                                 "docker run -v ~/.ssh:/h a",
                                 "docker run -i -v $HOME:/h a",
                                 "docker run -v ${HOME}/x:/h a",
                                 "docker run -v /home:/h a",
                                 "docker run -v /home/me:/h a",
                                 "docker run -v /home/you:/h a",
                                 "docker run -v /home/me/.ssh:/k a",
                                 "docker run -v /home/me/p/.git:/k a",
                                 "docker run -v /root:/k a",
                                 "docker run -v /root/x:/k a",
                                 "docker run -v /var/lib/docker:/k a",
                                 "docker run -v /tmp:/k a",
                                 "docker run -v /usr:/k a",
                                 "docker run -v /srv/docker.sock:/s a",
                                 "docker run -v /var/run/docker.sock:/s a",
                                 "docker run -v /srv/p:/w:shared a",
                                 "docker run -v /srv/p:/w:ro,rshared a",
                                 "podman run --volume=/etc:/etc:ro a",
                                 "podman run --volume /etc:/etc:ro a",
                                 "docker run --mount type=bind,src=/root,dst=/r a",
                                 "docker run --mount=type=bind,source=/,target=/r a",
                                 "docker run --mount type=bind,\"source=/\",target=/r a",
                                 "docker run --mount type=bind,source=/srv/p,source=/,target=/r a",
                                 "docker run --mount "
                                 "type=volume,target=/r,volume-opt=device=/ a",
                                 "docker run --mount type=bind,src=/srv/p,dst=/r,"
                                 "bind-propagation=shared a",
                                 "docker run --mount type=npipe,src=x,dst=/r a",
                                 "docker run --pid=host a",
                                 "docker run --pid container:x a",
                                 "docker run --ipc host a",
                                 "docker run --uts=host a",
                                 "docker run --userns=host a",
                                 "docker run --cgroupns=host a",
                                 "docker run --network host a",
                                 "docker run --net=host a",
                                 "docker run --network container:db a",
                                 "docker run --network name=host a",
                                 "podman run --network ns:/proc/1/ns/net a",
                                 "docker run --cap-add SYS_ADMIN a",
                                 "docker run --device /dev/kvm a",
                                 "docker run --device-cgroup-rule=a a",
                                 "docker run --gpus all a",
                                 "docker run --volumes-from x a",
                                 "docker run --env-file /home/me/.env a",
                                 "docker run --cidfile /home/me/x a",
                                 "docker run --label-file x a",
                                 "docker run --runtime x a",
                                 "docker run --cgroup-parent x a",
                                 "docker run --sysctl kernel.x=1 a",
                                 "docker run --volume-driver x a",
                                 "docker run --group-add 0 a",
                                 "docker run --use-api-socket a",
                                 "docker run --isolation process a",
                                 "docker run --security-opt apparmor:unconfined a",
                                 "docker run --security-opt label=disable a",
                                 "nerdctl run --security-opt seccomp=unconfined a",
                                 "docker run --security-opt=systempaths=unconfined a",
                                 "docker run --security-opt no-new-privileges=false a",
                                 "podman run --rootfs / sh",
                                 "podman run --env-host a",
                                 "podman run --env MY* a",
                                 "podman run -e * a",
                                 "podman run dir:/etc",
                                 "podman run docker-archive:/x.tar",
                                 "podman run oci:x",
                                 "podman run /x",
                                 "docker run -P a",
                                 "docker run -d a",
                                 "docker run -ix a",
                                 "docker run --privilege a",
                                 "docker -H tcp://h.example run a",
                                 "docker --host=tcp://h.example run a",
                                 "docker --context x run a",
                                 "docker --config ./x run a",
                                 "docker compose run a",
                                 "docker compose up",
                                 "docker exec -i db sh",
                                 "docker start -ai x",
                                 "docker build .",
                                 "docker mcp gateway run",
                                 "docker container exec -i db sh",
                                 "docker run",
                                 "docker run -i",
                                 "docker run -e",
                                 "docker"}),
                     command) {
    BOOST_TEST(risk_of(command).has_value());
}

struct Reason {
    const char* command;
    const char* words;
};
std::ostream& operator<<(std::ostream& out, const Reason& reason) { return out << reason.command; }

// Refused for what it is, and not by luck for something else.
BOOST_DATA_TEST_CASE(
    what_is_said_of_it,
    data::make(std::vector<Reason>{
        {"docker run --env", "--env has no value"},
        {"docker run -ie", "-e has no value"},
        {"docker run -v/:/h a b", "it mounts / of"},
        {"docker run -itv/etc:/h a b", "it mounts /etc of"},
        {"docker run --mount dst=/x,\"ro\" a", "it quotes a mount"},
        {"docker run --mount type=bind,source=/,source=/srv/p,dst=/x a", "two sources"},
        {"docker run -v /srv/docker.sock:/s a", "container engine's socket"},
        {"docker run -v /srv/agent.sock:/s a", "no file and no directory"},
        {"docker run --privileged a", "it is given --privileged"},
        {"docker run -ix a", "it is given -x"},
        {"docker run --network host a", "not its own (host)"},
        {"docker run --security-opt label=disable a", "confinement"},
        {"docker run -v /home/me/.aws:/a a", "settings and keys"},
        {"docker exec x", "it asks for \"exec\""},
        {"docker", "it asks for \"nothing\""},
        {"docker run -i", "it names no image"},
        {"podman run dir:/etc", "its image from this machine"}}),
    reason) {
    const auto risk = risk_of(reason.command);
    BOOST_REQUIRE(risk.has_value());
    BOOST_TEST(risk->find(reason.words) != std::string::npos, *risk);
}

BOOST_DATA_TEST_CASE(what_a_container_may_have,
                     data::make({"docker run -i --rm a/b",
                                 "docker run -it --rm a/b:1 --flag /etc",
                                 "docker container run -i a",
                                 "docker run -i --rm -e KEY -e OTHER=1 --env THIRD=a=b a",
                                 "docker run -v data:/data a",
                                 "docker run -v /data a",
                                 "docker run -v /srv/project:/w a",
                                 "docker run -v /home/me/project:/w:ro a",
                                 "docker run --volume=/home/me/project:/w:ro,z a",
                                 "docker run --mount type=bind,src=/home/me/p,dst=/p,readonly a",
                                 "docker run --mount type=tmpfs,dst=/t a",
                                 "docker run --mount source=data,target=/t a",
                                 "docker run -i a --privileged",
                                 "docker run -i -- a -v /:/h",
                                 "docker run --network none a",
                                 "docker run --net=bridge a",
                                 "docker run --network my-net a",
                                 "docker run --label a=* --name x* a",
                                 "docker run --pull always --platform linux/amd64 a",
                                 "docker run -p 8080:80 --add-host h:host-gateway a",
                                 "docker run --security-opt no-new-privileges a",
                                 "docker run --memory 1g -c 5 -u 1000:1000 -w /w a",
                                 "docker run --entrypoint sh --cap-drop ALL --read-only a",
                                 "docker run -i=true --tty=false a",
                                 "podman run -i localhost:5000/a/b@sha256:abc",
                                 "docker run -i ghcr.io/a/b:latest stdio"}),
                     command) {
    BOOST_TEST(!risk_of(command).has_value(), risk_of(command).value_or(""));
}

BOOST_DATA_TEST_CASE(what_only_a_person_may_ask_for,
                     data::make({"docker run -v data:/data a",
                                 "docker run -v /srv/project:/w a",
                                 "docker run --mount type=bind,src=/srv/p,dst=/p a",
                                 "docker run --mount source=data,target=/t a",
                                 "docker run --network my-net a"}),
                     command) {
    BOOST_TEST(!risk_of(command).has_value());
    BOOST_TEST(risk_of(command, NamedBy::index).has_value());
    BOOST_TEST(!risk_of("docker run -i --rm -e KEY -v /data a/b", NamedBy::index).has_value());
    BOOST_TEST(!risk_of("docker run --network none a", NamedBy::index).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_mount_leads_to_is_judged) {
    ContainerPlace place;
    place.resolve = [](const std::string& path) {
        if (path == "/srv/link") return std::string("/etc");
        if (path == "/srv/socket") return std::string();
        return path;
    };
    const auto risk = [&](const char* command) {
        return mcprisk::crawler::container_risk(words(command), place);
    };
    BOOST_TEST(risk("docker run -v /srv/link:/x a").has_value());
    BOOST_TEST(risk("docker run -v /srv/socket:/x a").has_value());
    BOOST_TEST(!risk("docker run -v /srv/other:/x a").has_value());
}

BOOST_AUTO_TEST_CASE(a_mount_of_a_users_own_project_in_roots_home) {
    ContainerPlace place;
    place.home = "/root";
    const auto risk = [&](const char* command) {
        return mcprisk::crawler::container_risk(words(command), place);
    };
    BOOST_TEST(!risk("docker run -v /root/project:/x a").has_value());
    BOOST_TEST(risk("docker run -v /root:/x a").has_value());
    BOOST_TEST(risk("docker run -v /root/.docker:/x a").has_value());
}

BOOST_AUTO_TEST_CASE(only_the_runtime_of_the_path_is_one) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string& top = directory.path();
    std::filesystem::create_directories(top + "/bin");
    std::filesystem::create_directories(top + "/project");
    executable(top + "/bin/docker");
    executable(top + "/bin/npx");
    executable(top + "/project/docker");
    executable(top + "/project/podman");
    const std::string path = top + "/bin";
    BOOST_TEST(container_runtime("docker", path, top + "/project").value_or("") ==
               top + "/bin/docker");
    BOOST_TEST(container_runtime(top + "/bin/docker", path, top + "/project").has_value());
    for (const std::string& other : {std::string("./project/docker"),
                                     top + "/project/docker",
                                     top + "/bin/../project/docker",
                                     std::string("podman"),
                                     std::string("DOCKER"),
                                     std::string("docker.exe"),
                                     std::string("npx")}) {
        BOOST_TEST(!container_runtime(other, path, top + "/project").has_value(), other);
    }
}

BOOST_AUTO_TEST_CASE(a_runtime_that_others_could_have_put_there_is_none) {
    const TemporaryDirectory directory = TemporaryDirectory::make().value();
    const std::string& top = directory.path();
    executable(top + "/docker");
    BOOST_TEST(container_runtime("docker", top, "/nowhere").has_value());
    BOOST_TEST(!container_runtime("docker", top, top).has_value());
    BOOST_TEST(!container_runtime("docker", top, top.substr(0, top.rfind('/'))).has_value());
    chmod(top.c_str(), 0777);
    BOOST_TEST(!container_runtime("docker", top, "/nowhere").has_value());
    chmod(top.c_str(), 0755);
    chmod((top + "/docker").c_str(), 0777);
    BOOST_TEST(!container_runtime("docker", top, "/nowhere").has_value());
    std::filesystem::create_directories(top + "/project/bin");
    std::filesystem::create_directories(top + "/own");
    executable(top + "/project/bin/docker");
    std::filesystem::create_symlink(top + "/project/bin/docker", top + "/own/docker");
    BOOST_TEST(!container_runtime("docker", top + "/own", top + "/project").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
