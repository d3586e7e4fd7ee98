// Runs a command whose stderr is a terminal of its own, and copies what that shows to its own stderr: Node.js cannot
// make a terminal. For Linux; of Go's packages it takes as few as it can, since each is built first.
package main

import (
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

func main() {
	master, err := syscall.Open("/dev/ptmx", syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_CLOEXEC, 0)
	check(err)
	var number, locked int32
	control(master, syscall.TIOCGPTN, unsafe.Pointer(&number))
	control(master, syscall.TIOCSPTLCK, unsafe.Pointer(&locked))
	size := [4]uint16{24, columns(), 0, 0}
	control(master, syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	terminal, err := syscall.Open("/dev/pts/"+strconv.Itoa(int(number)), syscall.O_RDWR|syscall.O_NOCTTY, 0)
	check(err)
	files := []uintptr{0, 1, uintptr(terminal)}
	process, err := syscall.ForkExec(os.Args[2], os.Args[2:], &syscall.ProcAttr{Env: os.Environ(), Files: files})
	check(err)
	check(syscall.Close(terminal))
	// Until nobody has the terminal any more, which is an error to who reads it.
	text := make([]byte, 65536)
	for {
		length, err := syscall.Read(master, text)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || length == 0 {
			break
		}
		os.Stderr.Write(text[:length])
	}
	var status syscall.WaitStatus
	_, err = syscall.Wait4(process, &status, 0, nil)
	check(err)
	os.Exit(status.ExitStatus())
}

func columns() uint16 {
	width, err := strconv.Atoi(os.Args[1])
	check(err)
	return uint16(width)
}

func control(file int, request uintptr, value unsafe.Pointer) {
	if _, _, code := syscall.Syscall(syscall.SYS_IOCTL, uintptr(file), request, uintptr(value)); code != 0 {
		check(code)
	}
}

func check(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(125)
	}
}
