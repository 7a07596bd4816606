# SPDX-License-Identifier: Apache-2.0
# toc_bpf_object: BPF programs compiled by clang and wrapped into a skeleton header by bpftool.
#
# The programs see their own folder and, of ours, "event/wire.h" and the tables it is made of.
find_program(TOC_BPF_CLANG NAMES clang clang-19 clang-16 clang-14 REQUIRED)
find_program(TOC_BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)

string(REGEX MATCH "x86|aarch64" bpf_arch "${CMAKE_SYSTEM_PROCESSOR}")
string(REPLACE "aarch64" "arm64" bpf_arch "${bpf_arch}")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/roots/wire/event)
foreach(file filter.h filter_slots.def space.h wire.h wire_side.h wire_deny.h wire_calls.h wire_arguments.h wire_counts.h wire_payload.h wire_process.h wire_calls.def wire_gaps.def event_id.h events.def syscalls.def)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/engine/event/${file}
       ${CMAKE_BINARY_DIR}/roots/wire/event/${file} SYMBOLIC)
endforeach()

set(TOC_BPF_FLAGS
    -target bpf -mcpu=v3 -std=gnu11 -g -O2 -Wall -Wextra -Werror -D__TARGET_ARCH_${bpf_arch}
    -I${CMAKE_BINARY_DIR}/roots/wire -I${CMAKE_SOURCE_DIR}/bpf
    -idirafter /usr/include/${CMAKE_C_LIBRARY_ARCHITECTURE})

# toc_bpf_object(<name> <file.bpf.c>…): the target toc_bpf_<name>; whoever links it can include
# "<name>.skel.h", in which everything is called <name>_bpf.
function(toc_bpf_object name)
  set(skel ${CMAKE_BINARY_DIR}/skel/${name}/${name}.skel.h)
  set(linked ${CMAKE_CURRENT_BINARY_DIR}/${name}.bpf.o)
  set(objects)
  foreach(file IN LISTS ARGN)
    cmake_path(GET file STEM stem)
    cmake_path(ABSOLUTE_PATH file)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}-${stem}.o)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${TOC_BPF_CLANG} ${TOC_BPF_FLAGS} -MD -MF ${object}.d -c ${file} -o ${object}
      DEPENDS ${file} DEPFILE ${object}.d COMMENT "BPF ${stem}" VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  add_custom_command(
    OUTPUT ${skel}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/skel/${name}
    COMMAND ${TOC_BPFTOOL} gen object ${linked} ${objects}
    COMMAND ${TOC_BPFTOOL} gen skeleton ${linked} name ${name}_bpf > ${skel}.tmp
    COMMAND ${CMAKE_COMMAND} -E rename ${skel}.tmp ${skel}
    DEPENDS ${objects} COMMENT "Skeleton ${name}" VERBATIM)
  add_custom_target(toc_bpf_${name}_skel DEPENDS ${skel})
  add_library(toc_bpf_${name} INTERFACE)
  add_dependencies(toc_bpf_${name} toc_bpf_${name}_skel)
  target_include_directories(toc_bpf_${name} SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/skel/${name})
endfunction()
