# What an installation has, and the Debian package of it: `./x package` makes it.
# The unit and the package expect /usr, which the presets set.
include(GNUInstallDirs)

install(TARGETS batata RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES deploy/systemd/batata.service DESTINATION lib/systemd/system)
install(FILES conf/application.yml DESTINATION /etc/batata)
install(FILES deploy/debian/README.md deploy/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES src/cli/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME command-line.md)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md" PATTERN bench EXCLUDE)

# What the program says of its own words: the manual page, and completion for three shells.
set(words "${CMAKE_BINARY_DIR}/words")
set(script "mkdir -p '${words}' && cd '${words}' && '$<TARGET_FILE:batata>' help --man | gzip -9n > batata.1.gz")
foreach(shell bash zsh fish)
  string(APPEND script " && '$<TARGET_FILE:batata>' completion ${shell} > ${shell}")
endforeach()
add_custom_command(OUTPUT "${words}/batata.1.gz" "${words}/bash" "${words}/zsh" "${words}/fish" COMMAND sh -c "${script}"
                   DEPENDS batata VERBATIM)
add_custom_target(batata_words DEPENDS "${words}/batata.1.gz")
install(FILES "${words}/batata.1.gz" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES "${words}/bash" DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME batata)
install(FILES "${words}/zsh" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _batata)
install(FILES "${words}/fish" DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME batata.fish)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME batata)
set(CPACK_PACKAGE_VENDOR batata)
set(CPACK_PACKAGE_CONTACT "batata <maintainers@batata.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "service discovery, configuration and coordination in one server")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Speaks to unmodified clients of Nacos, and keeps all that it\nacknowledges: services and their health, configurations with their\nhistory, namespaces and accounts, in one replicated store.")
set(CPACK_SET_DESTDIR ON)  # for what lies in /etc
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54~), libcurl4")
# What is loaded only where it is needed. Of that the command line needs libcurl for all that it asks a server; directories
# and checks of MySQL are for those who have them.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libldap-2.5-0, libmariadb3, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(file conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_SOURCE_DIR}/deploy/debian/${file}")
endforeach()
include(CPack)
